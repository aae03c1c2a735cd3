// DatagramSocket: the common part of UDP and ping sockets: a bounded queue of received datagrams, local and
// remote address, pending error. Each kind has its own send(). Its Endpoint is what the IP tables hold.
#pragma once

#include "abi/socket.h"
#include "net/core/budget.h"
#include "net/proto/endpoint.h"
#include "net/proto/ip.h"
#include "net/socket/options.h"
#include "net/socket/socket.h"

namespace net {

class Inet;

// - deliver, report: thread context, no lock held; never sleep.
// - If the queue is full, a new datagram is dropped and counted.
class DatagramSocket : public Socket, private Endpoint {
  public:
    static constexpr usize kQueueLimit = 256;    // mbufs: the size of a receive ring; also in abi/net.h
    static constexpr usize kMaxPayload = 65507;  // UDP and echo: 65535 minus 20 and 8 bytes of headers

    // Sends one datagram of n bytes, which may be 0. If the device's ring is full, it waits, or returns Again
    // with MSG_DONTWAIT. Errors: MsgSize (n above kMaxPayload), Fault, NoBufs, NetUnreach, NetDown, Intr,
    // DestAddrReq (no destination), Access (a broadcast without SO_BROADCAST), BadF (closed), Pipe (shut
    // down), or the pending error. Nothing is sent on an error.
    Result<usize> send(UserAddr from, usize n, int flags, const SocketAddr* to) override EXCLUDES(lock_) = 0;

    // Takes the oldest datagram, copies its first n bytes and discards the rest. Returns the bytes copied, or
    // with MSG_TRUNC the datagram's length. With MSG_PEEK it stays in the queue. Fault: nothing was taken.
    Result<usize> receive(UserAddr to, usize n, int flags, SocketAddr* from) override EXCLUDES(lock_);

    // bind may be called once, connect any number of times.
    Result<> bind(const SocketAddr& local) override EXCLUDES(lock_);
    Result<> connect(const SocketAddr& remote, bool wait) override EXCLUDES(lock_);
    Result<> shutdown(int how) override EXCLUDES(lock_);
    int family() const override { return AF_INET; }
    SocketAddr local() override EXCLUDES(lock_);
    Result<SocketAddr> remote() override EXCLUDES(lock_);
    Result<> set_option(int level, int name, Bytes value) override EXCLUDES(lock_);
    Result<usize> get_option(int level, int name, MutBytes room) override EXCLUDES(lock_);
    Result<u32> ioctl(u32 request) override EXCLUDES(lock_);
    u32 poll(PollEntry* watch) override EXCLUDES(lock_);
    void unwatch(PollEntry& watch) override EXCLUDES(lock_);
    usize queued() override EXCLUDES(lock_);
    void set_receive_timeout(Duration timeout) override EXCLUDES(lock_);
    const void* in_tables() const override { return &endpoint(); }
    void close() override EXCLUDES(lock_);

    // Every endpoint is a datagram socket's.
    const Endpoint& endpoint() const { return *this; }
    static DatagramSocket& of(Endpoint& e) { return static_cast<DatagramSocket&>(e); }
    using Socket::add_ref, Socket::drop_ref;

    // For a new socket: sets its key; local port 0 selects a free one.
    Result<> start(const EndpointKey& key) EXCLUDES(lock_) { return move_to(key); }

  protected:
    // ports: the range of automatic local ports (or ICMP identifiers).
    DatagramSocket(Inet& inet, IpProtocol protocol, EndpointTable::PortRange ports);
    ~DatagramSocket() = default;

    Inet& inet() const { return inet_; }

    // The addresses and header fields of a datagram to send.
    struct Sending {
        Sending() {}  // start_send fills it
        union {
            EndpointKey key;
        };
        union {
            IpControls controls;
        };
    };
    // The first step of every send. It also selects a local port if there is none.
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
    // Copies n bytes from the program into mbufs with headroom. With a header of 8 bytes in front, the mbufs
    // have the size of IP fragments.
    Result<> copy_in(MbufPtr& m, UserAddr from, usize n) EXCLUDES(lock_) {
        if (n > kMaxFragment - 8) [[unlikely]]
            return copy_in_pieces(m, from, n);
        m = Mbuf::alloc();
        return m ? platform::copy_from_user(m->put(n), from, n) : no_mbuf();
    }
    static WhenFull when_full(int flags) { return flags & kDontWait ? WhenFull::Drop : WhenFull::Wait; }
    // With MSG_DONTWAIT, NoBufs (the ring is full) is reported as Again.
    static Errno send_error(Errno e, int flags) {
        return e == Errno::NoBufs && flags & kDontWait ? Errno::Again : e;
    }
    // The last step of every send.
    void note_sent() {
        if (!has_sent_.load(std::memory_order_relaxed)) [[unlikely]]
            note_first_sent();
    }
    static constexpr int kDontWait = 0x40;  // abi/socket.h's MSG_DONTWAIT

    // Queues a received datagram (sockrecvudp in xv6) and wakes a reader. False: no room; m is dropped.
    bool enqueue(MbufPtr m) EXCLUDES(lock_);

    // The sender's address, stored in the 8 bytes before the data, in place of the UDP header.
    struct Origin {
        Ipv4Addr addr;
        be16 port, unused;
    };
    static void put_origin(Mbuf& m, Ipv4Addr addr, u16 port) {
        *reinterpret_cast<Origin*>(m.data() - sizeof(Origin)) = {addr, port, u16{0}};
    }

  private:
    void report(Errno error) final EXCLUDES(lock_);
    bool sends_dont_fragment() final EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        return controls_.flags != 0;
    }
    bool wants_icmp_errors() const final { return wants_icmp_errors_.load(std::memory_order_relaxed); }

    void note_first_sent();
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
    Result<> copy_in_pieces(MbufPtr& head, UserAddr from, usize n);
    Errno no_mbuf();
    Errno refuse_send_locked() REQUIRES(lock_);
    Result<> move_to(const EndpointKey& key) EXCLUDES(lock_);
    Result<Ipv4Addr> source_for(Ipv4Addr local, Ipv4Addr remote) EXCLUDES(lock_);
    bool has_ports() const { return key().protocol == IpProtocol::Udp; }
    Result<> set_ip_option(int name, Bytes value) EXCLUDES(lock_);
    Result<usize> get_ip_option(int name, MutBytes room) EXCLUDES(lock_);

    Inet& inet_;
    const EndpointTable::PortRange ports_;
    std::atomic<u32> wants_icmp_errors_{0}, has_sent_{0};
    platform::Lock lock_{LockRank::Socket, "socket"};
    platform::WaitQueue readers_{"socket"};
    EndpointKey name_ GUARDED_BY(lock_);  // a copy of the key in the table, under this lock
    IpControls controls_ GUARDED_BY(lock_);
    Ipv4Addr bound_ GUARDED_BY(lock_);       // the address of bind(), restored when disconnected
    u32 blocked_ GUARDED_BY(lock_) = 0;      // waiting readers; if 0, no wakeup is needed
    bool moving_ GUARDED_BY(lock_) = false;  // the key in the table is being changed
    bool closed_ GUARDED_BY(lock_) = false;
    bool no_more_in_ GUARDED_BY(lock_) = false;  // shut down
    bool no_more_out_ GUARDED_BY(lock_) = false;
    bool may_send_ GUARDED_BY(lock_) = true;  // not closed or shut down, no error: one test for each send
    Errno error_ GUARDED_BY(lock_) = Errno::None;
    MbufAccount account_ GUARDED_BY(lock_);        // of the mbufs in the queue
    usize limit_ GUARDED_BY(lock_) = kQueueLimit;  // mbufs, from SO_RCVBUF
    SocketOptions options_ GUARDED_BY(lock_);
    PollList pollers_ GUARDED_BY(lock_);
    MbufQueue queue_ GUARDED_BY(lock_);
};

}  // namespace net
