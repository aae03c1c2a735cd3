// TcpConnection: a Tcb with a lock, a timer and wait queues.
//
// Every call takes the lock, runs the engine on the Tcb (tcb.h), and before it releases the lock, it sends,
// wakes waiting threads, and sets the timer. Segments are passed to the device with the lock held, so they
// are sent in order. No call up is made with the lock held.
#pragma once

#include "lib/poll.h"
#include "lib/ref.h"
#include "net/core/stats.h"
#include "net/core/turn.h"
#include "net/platform.h"
#include "net/tcp/pressure.h"
#include "net/tcp/secrets.h"
#include "net/tcp/table.h"

namespace net {

class Tcp;
class TcpListener;

// - Thread context. Functions that may wait say so; if the process is killed, they return Intr.
// - References: the table holds one, a set timer one, the socket one, and a listener one while the connection
//   is in one of its queues.
class TcpConnection final : public TcpFlow,
                            public RefCounted,
                            public ListNode<TcpConnection>,
                            public TcpPressureLinks {
  public:
    using ListNode<TcpConnection>::linked, ListNode<TcpConnection>::unlink;  // of a listener's queue
    TcpConnection(Tcp& tcp, const TcpKey& key, const TcpConfig& config);
    ~TcpConnection();

    // --- called by Tcp
    void arrive(Segment& s, Instant now) EXCLUDES(lock_);
    void unreachable(Seq seq, Errno why, u16 mtu, Instant now) EXCLUDES(lock_);

    // --- opening
    // Sends the SYN. The connection must be in the table.
    void open_active(TcpStart start, Instant now) EXCLUDES(lock_);
    // Resets a connection that has_failed() for another attempt. Only one thread may call it at a time.
    void renew(const TcpKey& key, const TcpConfig& config) EXCLUDES(lock_);
    // Answers a SYN for l. The connection must be in the table. False: l is closed.
    bool open_passive(TcpListener& l, const Segment& syn, TcpStart start, Instant now) EXCLUDES(lock_);
    // Opens the connection from an ACK with a valid SYN cookie. False: l is closed.
    bool open_by_cookie(TcpListener& l, Segment& s, u16 mss, Instant now) EXCLUDES(lock_);
    // Waits until the connection is established or has failed. Errors: InProgress (the policy does not allow
    // waiting), ConnRefused, TimedOut, HostUnreach and others.
    Result<> wait_connected(const WaitPolicy& policy) EXCLUDES(lock_);

    // --- data
    // Copies n bytes into the send buffer; may wait for room. Returns fewer than n after a timeout or if the
    // connection ends. Errors: Pipe (the sending side is closed), Fault, Again, the pending error.
    Result<usize> send(UserAddr from, usize n, const WaitPolicy& policy) EXCLUDES(lock_);
    // Reads at most n bytes; may wait for the first byte, with `all` for n bytes. 0: the peer has closed.
    // peek: the bytes stay in the buffer.
    struct ReceiveMode {
        bool peek = false, all = false;
    };
    Result<usize> receive(UserAddr to, usize n, ReceiveMode mode, const WaitPolicy& policy) EXCLUDES(lock_);

    // --- closing
    // Ends this connection if it is in TIME-WAIT and `syn` starts a new incarnation (RFC 6191), even if a
    // program still has it. Returns its SND.NXT, or nothing.
    std::optional<Seq> give_way(const Segment& syn, Instant now) EXCLUDES(lock_);
    void shut_sending(Instant now) EXCLUDES(lock_);
    void shut_receiving(Instant now) EXCLUDES(lock_);
    // The program closes the socket. Data in the send buffer are still sent, unless there are unread data:
    // then the connection is reset.
    void close(Instant now) EXCLUDES(lock_);
    // Sends a RST and ends the connection.
    void abort(Errno why, Instant now) EXCLUDES(lock_);
    // When others need the memory: give_up() ends the connection with a RST and the error TimedOut; prune()
    // drops its data out of order. Call with no lock of another connection held.
    void give_up(Stat why, Instant now) EXCLUDES(lock_);
    void prune(Instant now) EXCLUDES(lock_);
    TcpPressureLinks& links() { return *this; }
    // Waits until everything sent is acknowledged, including the FIN (SO_LINGER).
    Result<> wait_drained(const WaitPolicy& policy) EXCLUDES(lock_);

    // --- state
    u32 poll(PollEntry* watch) EXCLUDES(lock_);
    void unwatch(PollEntry& watch) EXCLUDES(lock_);
    TcpState state() EXCLUDES(lock_);
    // Would `ack` acknowledge new data: is it after SND.UNA and not after SND.NXT?
    bool waits_for(Seq ack) EXCLUDES(lock_);
    TcpKey ends() EXCLUDES(lock_);
    // True if it ended before it was established and the program has taken the error.
    bool has_failed() EXCLUDES(lock_);
    usize readable_bytes() EXCLUDES(lock_);
    Errno take_error() EXCLUDES(lock_);
    tcp_info info() EXCLUDES(lock_);
    // Changes the options with f(TcpConfig&), then sends what the new options allow.
    template <class F>
    void configure(F f, Instant now) EXCLUDES(lock_);
    TcpConfig config() EXCLUDES(lock_);

  private:
    void last_ref_gone() override;
    friend class Tcp;
    // What must be done after the lock is released.
    struct Aftermath {
        bool retire = false;
        bool too_many_orphans = false;    // this one has exceeded the limit
        bool starved = false;             // data in order were dropped, out of mbufs
        u8 drop_refs = 0;                 // references of the table, the timer, a listener's queue
        TcpListener* listener = nullptr;  // a reference to drop
        bool is_empty() const { return !(retire | too_many_orphans | starved | drop_refs) && !listener; }
    };
    // Calls f(Tcb&) with the lock held, then settle_locked() and complete().
    template <class F>
    void work(Instant now, F f) EXCLUDES(lock_);
    void set_up_locked(const TcpConfig& config) REQUIRES(lock_);
    Aftermath settle_locked(Instant now) REQUIRES(lock_);
    void end_locked(Aftermath& after) REQUIRES(lock_);
    void complete(const Aftermath& after, Instant now) EXCLUDES(lock_);
    void complete_rest(const Aftermath& after, Instant now) EXCLUDES(lock_);
    bool join_locked(TcpListener& l) REQUIRES(lock_);
    void notify_listener_locked(Aftermath& after, Instant now) REQUIRES(lock_);
    void wake_locked() REQUIRES(lock_);
    bool accept_queue_full_locked(const Segment& s) REQUIRES(lock_);
    void arm_locked() REQUIRES(lock_);
    void disarm_locked(Aftermath& after) REQUIRES(lock_);
    void count_send_mbufs_locked() REQUIRES(lock_);
    void update_pressure_locked(Aftermath& after, Instant now) REQUIRES(lock_);
    void retire() EXCLUDES(lock_);
    static void on_timer(void* self);
    void expire() EXCLUDES(lock_);

    u32 ready_bits_locked() REQUIRES(lock_);
    bool is_writable_locked() REQUIRES(lock_);
    bool at_end_locked() REQUIRES(lock_);

    Result<u32> room_locked(usize wanted, bool& starved) REQUIRES(lock_);
    bool take_send_mbufs_locked(usize& bytes) REQUIRES(lock_);
    // One call of a program. It takes the turn of its direction with the lock of its first step, and gives it
    // back with that of its last.
    struct Call {
        const WaitPolicy& policy;
        Instant deadline = Instant::never();
        bool has_turn = false;
    };
    Result<> take_turn_locked(Turn& turn, Call& call) REQUIRES(lock_);
    Result<u32> wait_for_room(usize wanted, Call& call) EXCLUDES(lock_);
    void clear_error(Errno error) EXCLUDES(lock_);
    void end_reservation() EXCLUDES(lock_);
    Result<> send_some(UserAddr from, u32 n, bool last, Call& call) EXCLUDES(lock_);
    Result<usize> send_all(UserAddr from, usize n, Call& call) EXCLUDES(lock_);
    bool send_at_once(UserAddr from, u32 n) EXCLUDES(lock_);
    Result<u32> wait_for_data_locked(Call& call) REQUIRES(lock_);
    Result<u32> take_data(MbufQueue& out, u32 n, Call& call) EXCLUDES(lock_);
    void finish_reading(MbufQueue& rest, u32 n, u32 freed, bool last) EXCLUDES(lock_);
    Result<usize> receive_some(UserAddr to, u32 n, ReceiveMode mode, Call& call) EXCLUDES(lock_);

    Tcp& tcp_;
    platform::Lock lock_{LockRank::Connection, "tcp connection"};
    Tcb tcb_ GUARDED_BY(lock_);
    platform::Timer timer_{on_timer, this};
    Instant armed_ GUARDED_BY(lock_) = Instant::never();  // the time for which the timer is set
    Ref<TcpListener> listener_ GUARDED_BY(lock_);         // until it is established or closed
    Turn reading_ GUARDED_BY(lock_){"tcp read"};
    Turn writing_ GUARDED_BY(lock_){"tcp write"};
    bool closed_ GUARDED_BY(lock_) = false;  // by the program
    MbufAccount sending_ GUARDED_BY(lock_);  // the mbufs of the send buffer, including reserved_
    u32 reserved_ GUARDED_BY(lock_) = 0;     // mbufs that a writer is about to fill
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
