// DatagramSocket: what UDP and ping sockets have in common. A bounded queue of datagrams for readers, the
// addresses at both ends, a pending error; in each kind, a way to send.
#pragma once

#include "net/core/budget.h"
#include "net/proto/ip.h"
#include "net/socket/options.h"
#include "net/socket/socket.h"

namespace net {

class Inet;

// - deliver, report: thread context, no lock held; never sleep.
// - The datagram that does not fit is the newest one; it is dropped and counted.
class DatagramSocket : public Socket {
  public:
    static constexpr usize kQueueLimit = 256;    // mbufs: a whole receive ring; abi/net.h tells programs
    static constexpr usize kMaxPayload = 65507;  // UDP and echo: 65535 less 20 and 8 bytes of headers

    // Sends one datagram of n bytes, which may be 0. Waits while the device's ring is full, or with
    // MSG_DONTWAIT answers Again. Nothing is sent on MsgSize (n above kMaxPayload), Fault, NoBufs,
    // NetUnreach, NetDown, Intr, DestAddrReq (nowhere to send to), Access (a broadcast without SO_BROADCAST);
    // or when an error is pending, which it then returns. BadF: closed. Pipe: shut down.
    Result<usize> send(UserAddr from, usize n, int flags, const SocketAddr* to) override EXCLUDES(lock_) = 0;

    // Takes the oldest datagram; copies its first n bytes and discards the rest. Returns the bytes copied, or
    // with MSG_TRUNC the datagram's length. With MSG_PEEK it stays the oldest. Fault: nothing was taken.
    Result<usize> receive(UserAddr to, usize n, int flags, SocketAddr* from) override EXCLUDES(lock_);

    // bind may be called once. connect any number of times; to 0.0.0.0 port 0 it undoes the last.
    Result<> bind(const SocketAddr& local) override EXCLUDES(lock_);
    Result<> connect(const SocketAddr& remote, bool wait) override EXCLUDES(lock_);
    Result<> shutdown(int how) override EXCLUDES(lock_);
    SocketAddr local() override EXCLUDES(lock_);
    Result<SocketAddr> remote() override EXCLUDES(lock_);
    Result<> set_option(int level, int name, Bytes value) override EXCLUDES(lock_);
    Result<usize> get_option(int level, int name, MutBytes room) override EXCLUDES(lock_);
    u32 poll(PollEntry* watch) override EXCLUDES(lock_);
    void unwatch(PollEntry& watch) override EXCLUDES(lock_);
    usize queued() override EXCLUDES(lock_);
    void set_receive_timeout(Duration timeout) override EXCLUDES(lock_);
    void close() override EXCLUDES(lock_);

    void report(Errno error) final EXCLUDES(lock_);
    bool sends_dont_fragment() final EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        return controls_.flags != 0;
    }
    bool wants_icmp_errors() const final { return wants_icmp_errors_.load(std::memory_order_relaxed); }

    // At its birth: gives it this key, or with local port 0 a free one.
    Result<> start(const EndpointKey& key) EXCLUDES(lock_) { return move_to(key); }

  protected:
    // The ports (or identifiers) it may get without asking.
    DatagramSocket(Inet& inet, const EndpointKey& key, EndpointTable::PortRange ports);
    ~DatagramSocket() = default;

    Inet& inet() const { return inet_; }

    // Where a datagram goes and how.
    struct Sending {
        Sending() {}  // filled in by start_send
        union {
            EndpointKey key;
        };
        union {
            IpControls controls;
        };
    };
    // What every send begins with. Also picks a local port when there is none yet.
    Result<> start_send(const SocketAddr* to, Sending& s) EXCLUDES(lock_) {
        {
            platform::Guard guard(lock_);
            if (!may_send_) [[unlikely]]
                return refuse_send_locked();
            s.key = name_;
            s.controls = controls_;
        }
        if (!to && !s.key.remote.is_any()) [[likely]]
            return {};
        return start_send_to(to, s);
    }
    // The user's n bytes in mbufs with headroom, cut so that a header of 8 bytes in front of them leaves
    // pieces that ip_out can send.
    Result<MbufPtr> copy_in(UserAddr from, usize n) EXCLUDES(lock_);
    static WhenFull when_full(int flags) { return flags & kDontWait ? WhenFull::Drop : WhenFull::Wait; }
    // NoBufs of a send that was not to wait, in the words of the socket calls.
    static Errno send_error(Errno e, int flags) {
        return e == Errno::NoBufs && flags & kDontWait ? Errno::Again : e;
    }
    static constexpr int kDontWait = 0x40;  // abi/socket.h's MSG_DONTWAIT

    // Queues what was received (xv6's sockrecvudp) and wakes a reader. False: no room; m is dropped.
    bool enqueue(MbufPtr m) EXCLUDES(lock_);

    // Whose a datagram was is kept in the 8 bytes in front of its data, where the UDP header has been.
    struct Origin {
        Ipv4Addr addr;
        be16 port, unused;
    };
    static void put_origin(Mbuf& m, Ipv4Addr addr, u16 port) {
        *reinterpret_cast<Origin*>(m.data() - sizeof(Origin)) = {addr, port, u16{0}};
    }

  private:
    Result<MbufPtr> dequeue(int flags) EXCLUDES(lock_);
    void put_back(MbufPtr m) EXCLUDES(lock_);
    Result<usize> hand_over(MbufPtr m, UserAddr to, usize n, int flags, SocketAddr* from) EXCLUDES(lock_);
    bool take_room_locked(u32 n) REQUIRES(lock_);
    Result<> wait_locked(Instant& deadline) REQUIRES(lock_);
    void set_error_locked(Errno error) REQUIRES(lock_) {
        error_ = error;
        may_send_ = !closed_ && !no_more_out_ && error_ == Errno::None;
    }
    Errno take_error_locked() REQUIRES(lock_);
    Result<> start_send_to(const SocketAddr* to, Sending& s) EXCLUDES(lock_);
    Result<MbufPtr> copy_in_pieces(UserAddr from, usize n);
    Errno refuse_send_locked() REQUIRES(lock_);
    Result<> move_to(const EndpointKey& key) EXCLUDES(lock_);
    Result<Ipv4Addr> source_for(Ipv4Addr local, Ipv4Addr remote) EXCLUDES(lock_);
    bool has_ports() const { return key().protocol == IpProtocol::Udp; }
    Result<> set_ip_option(int name, Bytes value) EXCLUDES(lock_);
    Result<usize> get_ip_option(int name, MutBytes room) EXCLUDES(lock_);

    Inet& inet_;
    const EndpointTable::PortRange ports_;
    std::atomic<u32> wants_icmp_errors_{0};
    platform::Lock lock_{LockRank::Socket, "socket"};
    platform::WaitQueue readers_{"socket"};
    EndpointKey name_ GUARDED_BY(lock_);  // as in the table, for who holds this lock
    IpControls controls_ GUARDED_BY(lock_);
    Ipv4Addr bound_ GUARDED_BY(lock_);       // what bind() said, for when connect() is undone
    u32 blocked_ GUARDED_BY(lock_) = 0;      // readers that wait: without one, a wakeup is saved
    bool moving_ GUARDED_BY(lock_) = false;  // the table is being told a new key
    bool closed_ GUARDED_BY(lock_) = false;
    bool no_more_in_ GUARDED_BY(lock_) = false;  // shut down
    bool no_more_out_ GUARDED_BY(lock_) = false;
    bool may_send_ GUARDED_BY(lock_) = true;  // none of the two, and no error: one look for every send
    Errno error_ GUARDED_BY(lock_) = Errno::None;
    MbufAccount account_ GUARDED_BY(lock_);        // of the mbufs in the queue
    usize limit_ GUARDED_BY(lock_) = kQueueLimit;  // by SO_RCVBUF
    SocketOptions options_ GUARDED_BY(lock_);
    PollList pollers_ GUARDED_BY(lock_);
    MbufQueue queue_ GUARDED_BY(lock_);
};

}  // namespace net
