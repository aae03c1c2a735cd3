// Socket: what stands behind a file descriptor of the network. A bounded queue of datagrams for readers, a
// pending error, and, in each kind of socket, a way to send.
#pragma once

#include "net/proto/endpoint.h"

namespace net {

class Inet;

// - read, write: thread context of a user process, no lock held. Any number of threads at once.
// - deliver, report: thread context, no lock held; never sleep.
// - The datagram that does not fit is the newest one; it is dropped and counted.
class Socket : public Endpoint {
  public:
    static constexpr usize kQueueLimit = 256;   // a whole receive ring; abi/net.h tells programs
    static constexpr usize kMaxPayload = 1472;  // UDP and echo: the MTU less 20 and 8 bytes of headers

    // Sends one datagram of n bytes, which may be 0 (xv6's sockwrite). Waits while the device's ring is
    // full. Nothing is sent on MsgSize (n above kMaxPayload), Fault, NoBufs, NetUnreach, NetDown, Intr; or
    // when an error is pending, which it then returns. BadF: closed.
    virtual Result<usize> write(UserAddr from, usize n) = 0;

    // Takes the oldest datagram, waiting for one (xv6's sockread); copies its first n bytes and discards
    // the rest. Returns the bytes copied. Fault: nothing was taken. TimedOut, Intr: none came. BadF:
    // closed. Any other error is the pending one, and no longer pending.
    Result<usize> read(UserAddr to, usize n) EXCLUDES(lock_);

    // How long a read waits from then on; 0: for ever.
    void set_receive_timeout(Duration timeout) EXCLUDES(lock_);

    // Ends the conversation (xv6's sockclose): nothing arrives any more, what waits is dropped, blocked
    // readers wake with BadF. The object lives as long as somebody has a reference. May be called twice.
    // Every socket must be closed, for the table of endpoints holds a reference until then.
    void close() EXCLUDES(lock_);

    // How many datagrams wait.
    usize queued() EXCLUDES(lock_);

    void report(Errno error) final EXCLUDES(lock_);

  protected:
    Socket(Inet& inet, const EndpointKey& key) : Endpoint(key), inet_(inet) {}
    ~Socket() = default;

    Inet& inet() const { return inet_; }

    // What every write begins with: the user's n bytes in an mbuf with headroom.
    Result<MbufPtr> copy_in(UserAddr from, usize n) EXCLUDES(lock_);
    // Queues what was received (xv6's sockrecvudp) and wakes a reader. False: no room; m is dropped.
    bool enqueue(MbufPtr m) EXCLUDES(lock_);

  private:
    Result<MbufPtr> dequeue() EXCLUDES(lock_);
    void put_back(MbufPtr m) EXCLUDES(lock_);
    Result<> wait_locked(Instant& deadline) REQUIRES(lock_);
    Result<> check() EXCLUDES(lock_);
    Errno take_error_locked() REQUIRES(lock_);

    Inet& inet_;
    port::Lock lock_{LockRank::Socket, "socket"};
    port::WaitQueue readers_{"socket"};
    u32 blocked_ GUARDED_BY(lock_) = 0;  // readers that wait: without one, a wakeup is saved
    bool closed_ GUARDED_BY(lock_) = false;
    Errno error_ GUARDED_BY(lock_) = Errno::None;
    Duration timeout_ GUARDED_BY(lock_){};
    MbufQueue queue_ GUARDED_BY(lock_);
};

}  // namespace net
