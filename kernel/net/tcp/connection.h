// TcpConnection: a Tcb with what it needs in a world of threads: a lock, a timer, somewhere to wait.
//
// Every call takes the lock, lets the engine work on the Tcb (tcb.h), and before it lets go: sends, wakes who
// waits, and sets the timer. Segments go down to the device with the lock held, so that they leave in order;
// nothing calls up with it.
#pragma once

#include "lib/poll.h"
#include "lib/ref.h"
#include "net/core/stats.h"
#include "net/platform.h"
#include "net/tcp/pressure.h"
#include "net/tcp/table.h"

namespace net {

class Tcp;
class TcpListener;

// How long a program's call may wait.
struct TcpPatience {
    bool wait = true;    // false: Again instead
    Duration timeout{};  // 0: for ever; else this error when it is over
    Errno when_over = Errno::TimedOut;
};

// - Thread context. What may wait says so; a kill ends the wait with Intr.
// - References: the table has one while the connection is in it, a set timer one, the socket one, a listener
//   one for each connection in its queues.
class TcpConnection final : public TcpFlow,
                            public RefCounted<TcpConnection>,
                            public ListNode<TcpConnection>,
                            public TcpPressureLinks {
  public:
    using ListNode<TcpConnection>::linked, ListNode<TcpConnection>::unlink;  // of a listener's queue
    TcpConnection(Tcp& tcp, const TcpKey& key, const TcpConfig& config);
    ~TcpConnection();

    // --- from below
    void arrive(Segment& s, Instant now) EXCLUDES(lock_);
    void unreachable(Seq seq, Errno why, u16 mtu, Instant now) EXCLUDES(lock_);

    // --- opening
    // Sends the SYN; the connection is in the table.
    void open_active(Seq isn, Instant now) EXCLUDES(lock_);
    // Makes one that has_failed() like new, for another try; nobody else does so at the same time.
    void renew(const TcpKey& key, const TcpConfig& config) EXCLUDES(lock_);
    // Begins to answer a SYN that came to l. The caller puts it into the table first. False: l is closed.
    bool open_passive(TcpListener& l, const Segment& syn, Seq isn, Instant now) EXCLUDES(lock_);
    // The SYN was answered with a cookie, and here it comes back.
    bool open_by_cookie(TcpListener& l, Segment& s, u16 mss, Instant now) EXCLUDES(lock_);
    // Waits until it is decided. ConnRefused, TimedOut, HostUnreach ...; InProgress: the patience was for
    // none.
    Result<> wait_connected(const TcpPatience& patience) EXCLUDES(lock_);

    // --- data
    // Puts n bytes into the send buffer, waiting for room. Fewer than n: the patience ended, or the
    // connection. Pipe: the sending side is closed; Fault, Again, NotConn, or the pending error.
    Result<usize> send(UserAddr from, usize n, const TcpPatience& patience) EXCLUDES(lock_);
    // Takes at most n bytes, waiting for the first; for all, if `all`. 0: the peer has closed. peek: they
    // stay.
    struct ReceiveMode {
        bool peek = false, all = false;
    };
    Result<usize> receive(UserAddr to, usize n, ReceiveMode mode, const TcpPatience& patience)
        EXCLUDES(lock_);

    // --- closing
    // In TIME-WAIT, and `syn` may begin a new incarnation of it (RFC 6191): then this one ends, although a
    // program still has it. Where its sequence numbers ended.
    std::optional<Seq> give_way(const Segment& syn, Instant now) EXCLUDES(lock_);
    void shut_sending(Instant now) EXCLUDES(lock_);
    void shut_receiving(Instant now) EXCLUDES(lock_);
    // The program has let go. What it sent still goes out, in order, unless it left data unread.
    void close(Instant now) EXCLUDES(lock_);
    // RST, and the end.
    void abort(Errno why, Instant now) EXCLUDES(lock_);
    // Others need the memory: it ends with a RST, and its program, if it has one, hears TimedOut; or it gives
    // up the data it holds out of order. No lock of another connection is held.
    void give_up(Stat why, Instant now) EXCLUDES(lock_);
    void prune(Instant now) EXCLUDES(lock_);
    TcpPressureLinks& links() { return *this; }
    // Waits until all that was sent is acknowledged, the FIN included (SO_LINGER).
    Result<> wait_drained(const TcpPatience& patience) EXCLUDES(lock_);

    // --- what is known of it
    u32 poll(PollEntry* watch) EXCLUDES(lock_);
    void unwatch(PollEntry& watch) EXCLUDES(lock_);
    TcpState state() EXCLUDES(lock_);
    // Has it sent all up to `ack`, and is some of it not acknowledged?
    bool waits_for(Seq ack) EXCLUDES(lock_);
    TcpKey ends() EXCLUDES(lock_);
    // It ended before it was established, and the program has been told why.
    bool has_failed() EXCLUDES(lock_);
    usize readable_bytes() EXCLUDES(lock_);
    Errno take_error() EXCLUDES(lock_);
    tcp_info info() EXCLUDES(lock_);
    // Changes options of a connection that lives: f(TcpConfig&), then what they held back is sent.
    template <class F>
    void configure(F f, Instant now) EXCLUDES(lock_);
    TcpConfig config() EXCLUDES(lock_);

    void last_ref_gone();

  private:
    friend class Tcp;
    // What has to be done once the lock is dropped.
    struct Aftermath {
        bool retire = false;
        bool too_many_orphans = false;    // since it is one
        bool starved = false;             // of room for data in order
        u8 drop_refs = 0;                 // the table's, the timer's, a listener's queue's
        TcpListener* listener = nullptr;  // a reference to let go of
    };
    // The frame around all work: f(Tcb&), then what follows from it.
    template <class F>
    void work(Instant now, F f) EXCLUDES(lock_);
    void set_up_locked(const TcpConfig& config) REQUIRES(lock_);
    Aftermath settle_locked(Instant now) REQUIRES(lock_);
    void end_locked(Aftermath& after) REQUIRES(lock_);
    void complete(const Aftermath& after, Instant now) EXCLUDES(lock_);
    bool join_locked(TcpListener& l) REQUIRES(lock_);
    void tell_listener_locked(Aftermath& after, Instant now) REQUIRES(lock_);
    void wake_locked() REQUIRES(lock_);
    bool accept_queue_full_locked(const Segment& s) REQUIRES(lock_);
    void arm_locked() REQUIRES(lock_);
    void disarm_locked(Aftermath& after) REQUIRES(lock_);
    void count_send_mbufs_locked() REQUIRES(lock_);
    void line_up_locked(Aftermath& after, Instant now) REQUIRES(lock_);
    void retire() EXCLUDES(lock_);
    static void on_timer(void* self);
    void expire() EXCLUDES(lock_);

    u32 ready_bits_locked() REQUIRES(lock_);
    bool is_writable_locked() REQUIRES(lock_);
    Result<> wait_locked(platform::WaitQueue& queue, u32& waiting, const TcpPatience& patience,
                         Instant& deadline) REQUIRES(lock_);
    Result<> take_turn_locked(bool& turn, platform::WaitQueue& queue, u32& waiting,
                              const TcpPatience& patience, Instant& deadline) REQUIRES(lock_);
    bool at_end_locked() REQUIRES(lock_);

    Result<u32> room_locked(usize wanted, bool& starved) REQUIRES(lock_);
    Result<> wait_a_while_locked(const TcpPatience& patience, Instant& deadline) REQUIRES(lock_);
    bool take_send_mbufs_locked(usize& bytes) REQUIRES(lock_);
    Result<u32> wait_for_room(usize wanted, const TcpPatience& patience, Instant& deadline) EXCLUDES(lock_);
    void told(Errno error) EXCLUDES(lock_);
    void end_reservation() EXCLUDES(lock_);
    Result<> send_some(UserAddr from, u32 n) EXCLUDES(lock_);
    Result<usize> send_all(UserAddr from, usize n, const TcpPatience& patience, Instant& deadline)
        EXCLUDES(lock_);
    Result<u32> wait_for_data(MbufQueue& out, u32 n, const TcpPatience& patience, Instant& deadline)
        EXCLUDES(lock_);
    void finish_reading(MbufQueue& rest, u32 n, u32 freed) EXCLUDES(lock_);
    Result<usize> receive_some(UserAddr to, u32 n, bool peek, const TcpPatience& patience, Instant& deadline)
        EXCLUDES(lock_);
    void end_reading() EXCLUDES(lock_);
    void end_writing() EXCLUDES(lock_);

    Tcp& tcp_;
    platform::Lock lock_{LockRank::Tcp, "tcp connection"};
    Tcb tcb_ GUARDED_BY(lock_);
    platform::Timer timer_{on_timer, this};
    Instant armed_ GUARDED_BY(lock_) = Instant::never();  // when the timer is set for
    Ref<TcpListener> listener_ GUARDED_BY(lock_);         // until it is established, or dead
    platform::WaitQueue readers_{"tcp read"};
    platform::WaitQueue writers_{"tcp write"};
    u32 readers_waiting_ GUARDED_BY(lock_) = 0;
    u32 writers_waiting_ GUARDED_BY(lock_) = 0;
    bool reading_ GUARDED_BY(lock_) = false;  // a thread copies to its program: others wait, for the order
    bool writing_ GUARDED_BY(lock_) = false;
    bool closed_ GUARDED_BY(lock_) = false;  // by the program
    MbufAccount sending_ GUARDED_BY(lock_);  // the mbufs of the send buffer, and
    u32 reserved_ GUARDED_BY(lock_) = 0;     // those that a writer is about to bring
    PollList pollers_ GUARDED_BY(lock_);
};

template <class F>
void TcpConnection::work(Instant now, F f) {
    Aftermath after;
    {
        platform::Guard guard(lock_);
        f(tcb_);
        after = settle_locked(now);
    }
    complete(after, now);
}

template <class F>
void TcpConnection::configure(F f, Instant now) {
    work(now, [&](Tcb& t) {
        f(t.config);
        if (t.config.congestion && t.cc.control) t.cc.control = t.config.congestion;
        tcp_config_changed(t, now);
    });
}

}  // namespace net
