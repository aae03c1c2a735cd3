#include "net/tcp/connection.h"

#include "abi/poll.h"
#include "net/proto/inet.h"
#include "net/tcp/engine.h"
#include "net/tcp/tcp.h"

namespace net {

TcpConnection::TcpConnection(Tcp& tcp, const TcpKey& k, const TcpConfig& config)
    : TcpFlow(Kind::Connection, k), tcp_(tcp) {
    platform::Guard guard(lock_);
    set_up_locked(config);
}

void TcpConnection::set_up_locked(const TcpConfig& config) {
    Inet& inet = tcp_.inet();
    tcb_.inet = &inet;
    const u32 host = inet.is_own(key.remote) ? 0 : key.remote.value();
    tcb_.queued.open(inet.queue_budget(), host);
    sending_.open(tcp_.send_budget(), host);
    tcb_.key = key;
    tcb_.config = config;
}

// Whatever ends a connection has emptied the rest.
TcpConnection::~TcpConnection() { tcb_.receive.clear(tcb_.queued); }

void TcpConnection::last_ref_gone() { tcp_.free(*this); }

// --- after the engine has run

// Called with the lock held after every engine call. It sends first, because sending may change the rest.
TcpConnection::Aftermath TcpConnection::settle_locked(Instant now) {
    Aftermath after;
    if (listener_ && tcb_.state != TcpState::SynReceived) [[unlikely]]
        notify_listener_locked(after, now);
    tcp_output(tcb_, now);
    count_send_mbufs_locked();
    after.starved = tcb_.events & kTcpStarved;
    wake_locked();
    update_pressure_locked(after, now);
    after.retire = tcb_.state == TcpState::TimeWait && tcb_.orphan;
    if (tcb_.state == TcpState::Closed)
        end_locked(after);
    else
        arm_locked();
    return after;
}

void TcpConnection::complete(const Aftermath& after, Instant now) {
    if (!after.is_empty()) [[unlikely]]
        complete_rest(after, now);
    tcp_.inet().deliver_loopback();
}

[[gnu::noinline]] void TcpConnection::complete_rest(const Aftermath& after, Instant now) {
    if (after.retire) retire();
    if (after.too_many_orphans) tcp_.pressure().relieve_orphans(now);
    if (after.starved) tcp_.pressure().relieve_receivers(now);
    for (u8 i = 0; i < after.drop_refs; i++) drop_ref();  // never the last: the caller holds one
    if (after.listener) after.listener->drop_ref();
}

// Removes the closed connection from the table and cancels its timer.
[[gnu::noinline]] void TcpConnection::end_locked(Aftermath& after) {
    if (tcp_.table().remove(*this)) after.drop_refs++;
    disarm_locked(after);
}

// A connection leaves the listener's SYN queue when it is established or closed.
[[gnu::noinline]] void TcpConnection::notify_listener_locked(Aftermath& after, Instant now) {
    if (is_synchronized(tcb_.state) && !listener_->ready(*this)) tcp_abort(tcb_, Errno::None, now);
    if (tcb_.state == TcpState::Closed && listener_->forget(*this)) after.drop_refs++;
    after.listener = listener_.get();
    listener_->add_ref();
    listener_ = {};
}

void TcpConnection::count_send_mbufs_locked() {
    const u32 mbufs = static_cast<u32>(tcb_.send.mbufs()) + reserved_, counted = sending_.held();
    if (mbufs < counted)
        sending_.give(counted - mbufs);
    else if (mbufs > counted)
        sending_.take_anyway(mbufs - counted);
}

// Updates the lists of connections that may be reset, or pruned, when memory is short.
void TcpConnection::update_pressure_locked(Aftermath& after, Instant now) {
    constexpr u8 kFewRetries = 3;
    u8 lists = 0;
    if (tcb_.state != TcpState::Closed && tcb_.state != TcpState::TimeWait) {
        if (tcb_.orphan) lists |= kOrphan;
        const bool is_stalled = tcb_.running(TcpTimer::Persist) || tcb_.retries >= kFewRetries;
        if (is_stalled && tcb_.send.bytes() > 0) lists |= kStalled;
        if (!tcb_.out_of_order.empty()) lists |= kHole;
    }
    if (lists != in) [[unlikely]]
        after.too_many_orphans = tcp_.pressure().update(*this, lists, now);
}

void TcpConnection::wake_locked() {
    const u8 events = std::exchange(tcb_.events, u8{0});
    if (!events) return;
    const bool failed = events & kTcpFailed;
    const bool read = failed || events & kTcpReadable;
    const bool write = failed || (events & (kTcpWritable | kTcpEstablished) && is_writable_locked());
    if (read) reading_.wake();
    if (write) writing_.wake();
    if (read || write) pollers_.wake_all();
}

// --- the timer. It is never set to a later time, so an ACK that postpones a deadline costs nothing. If the
// timer fires too early, it is set again.

void TcpConnection::arm_locked() {
    const Instant due = std::exchange(tcb_.soonest, Instant::never());
    if (due >= armed_) return;
    if (armed_ == Instant::never()) add_ref();
    armed_ = due;
    timer_.set(due);
}

// If the timer cannot be cancelled, its callback is about to run and drops the reference.
void TcpConnection::disarm_locked(Aftermath& after) {
    if (armed_ == Instant::never() || !timer_.cancel()) return;
    armed_ = Instant::never();
    after.drop_refs++;
}

void TcpConnection::on_timer(void* self) {
    auto& c = *static_cast<TcpConnection*>(self);
    c.expire();
    c.drop_ref();
}

void TcpConnection::expire() {
    const Instant now = platform::now();
    Aftermath after;
    {
        platform::Guard guard(lock_);
        armed_ = Instant::never();
        if (tcb_.state == TcpState::Closed) return;
        tcp_timers(tcb_, now);
        after = settle_locked(now);
    }
    complete(after, now);
}

// --- called by Tcp

// RFC 9293 does not say what to do when the accept queue is full. We ignore the last ACK of the handshake;
// our retransmitted SYN-ACK makes the peer send it again.
bool TcpConnection::accept_queue_full_locked(const Segment& s) {
    if (!listener_ || s.flags.rst() || s.flags.syn()) return false;
    if (listener_->has_room(key.remote)) return false;
    tcp_.inet().bump(Stat::tcp_listen_overflow);
    return true;
}

void TcpConnection::arrive(Segment& s, Instant now) {
    Aftermath after;
    {
        platform::Guard guard(lock_);
        if (tcb_.state == TcpState::Closed || accept_queue_full_locked(s)) return;
        tcp_segment_arrives(tcb_, s, now);
        after = settle_locked(now);
    }
    complete(after, now);
}

void TcpConnection::unreachable(Seq seq, Errno why, u16 mtu, Instant now) {
    work(now, [&](Tcb& t) {
        if (t.state != TcpState::Closed) tcp_unreachable(t, seq, why, mtu, now);
    });
}

// --- state

bool TcpConnection::is_writable_locked() {
    const u32 limit = tcb_.config.send_limit;
    return tcb_.send.bytes() <= limit - limit / 4;
}

bool TcpConnection::at_end_locked() {
    return tcb_.discard || tcb_.state == TcpState::Closed ||
           (is_synchronized(tcb_.state) && !may_receive(tcb_.state));
}

u32 TcpConnection::ready_bits_locked() {
    const TcpState s = tcb_.state;
    u32 bits = 0;
    if (s == TcpState::SynSent || s == TcpState::SynReceived) return 0;
    if (tcb_.receive.bytes() > 0 || at_end_locked()) bits |= POLLIN | POLLRDNORM;
    if (at_end_locked()) bits |= POLLRDHUP;
    if (!may_send(s) || is_writable_locked()) bits |= POLLOUT | POLLWRNORM;
    if (tcb_.error != Errno::None) bits |= POLLERR;
    if (at_end_locked() && !may_send(s)) bits |= POLLHUP;
    return bits;
}

u32 TcpConnection::poll(PollEntry* watch) {
    platform::Guard guard(lock_);
    pollers_.add(watch);
    return ready_bits_locked();
}

void TcpConnection::unwatch(PollEntry& watch) {
    platform::Guard guard(lock_);
    PollList::remove(watch);
}

TcpState TcpConnection::state() {
    platform::Guard guard(lock_);
    return tcb_.state;
}

bool TcpConnection::waits_for(Seq ack) {
    platform::Guard guard(lock_);
    return ack.after(tcb_.snd_una) && ack.at_or_before(tcb_.snd_nxt);
}

TcpKey TcpConnection::ends() {
    platform::Guard guard(lock_);
    return tcb_.key;
}

bool TcpConnection::has_failed() {
    platform::Guard guard(lock_);
    return tcb_.state == TcpState::Closed && !tcb_.was_established && tcb_.error == Errno::None && !closed_;
}

usize TcpConnection::readable_bytes() {
    platform::Guard guard(lock_);
    return tcb_.receive.bytes();
}

Errno TcpConnection::take_error() {
    platform::Guard guard(lock_);
    return std::exchange(tcb_.error, Errno::None);
}

tcp_info TcpConnection::info() {
    tcp_info info;
    platform::Guard guard(lock_);
    tcp_fill_info(tcb_, info);
    tcp_fill_timer(tcb_, info, platform::now());
    return info;
}

TcpConfig TcpConnection::config() {
    platform::Guard guard(lock_);
    return tcb_.config;
}

}  // namespace net
