#include "net/vsock/connection.h"

#include "abi/poll.h"
#include "net/vsock/listener.h"
#include "net/vsock/vsock.h"

namespace net {

VsockConnection::VsockConnection(Vsock& vsock, VsockLink& link, const VsockKey& k, VsockType type,
                                 const VsockConfig& config, u32 promised)
    : VsockFlow(k),
      vsock_(vsock),
      link_(link),
      type_(type),
      config_(config),
      queue_(type),
      buffer_limit_(config.buffer),
      promised_(promised) {
    platform::Guard guard(lock_);
    queued_.open(vsock.queue_budget(), k.remote_cid);
    block_.config.buffer = promised;
}

VsockConnection::~VsockConnection() {
    queue_.clear(queued_);
    vsock_.take_back_promise(promised_);
}

void VsockConnection::last_ref_gone() { vsock_.free(*this); }

// --- after the engine has run

// Called with the lock held after every engine call. It sends first, because sending may change the rest.
void VsockConnection::settle_locked() {
    (void)output_locked();
    wake_locked();
    if (block_.state == VsockState::Closed)
        end_locked();
    else
        arm_locked();
}

// Releases what only a living connection needs. Data that the program has not read need their promise. The
// references dropped are never the last: the caller has one. If the timer cannot be cancelled, its callback
// is about to run and drops the reference.
void VsockConnection::end_locked() {
    if (vsock_.table().remove(*this)) drop_ref();
    if (link_.forget(*this)) drop_ref();
    if (armed_ != Instant::never() && timer_.cancel()) {
        armed_ = Instant::never();
        drop_ref();
    }
    if (queue_.empty()) vsock_.take_back_promise(std::exchange(promised_, 0u));
}

void VsockConnection::wake_locked() {
    const u8 events = std::exchange(block_.events, u8{0});
    if (!events) return;
    if (events & kVsockConnected) was_established_ = true;
    if (events & kVsockReadable) reading_.wake();
    if (events & (kVsockWritable | kVsockConnected)) writing_.wake();
    pollers_.wake_all();
}

// The timer is never set to a later time, so a packet that postpones a deadline costs nothing. If the timer
// fires too early, it is set again.
void VsockConnection::arm_locked() {
    Instant due = vsock_next_deadline(block_);
    if (retry_at_ < due) due = retry_at_;
    if (due >= armed_) return;
    if (armed_ == Instant::never()) add_ref();
    armed_ = due;
    timer_.set(due);
}

void VsockConnection::on_timer(void* self) {
    auto& c = *static_cast<VsockConnection*>(self);
    c.expire();
    c.drop_ref();
}

void VsockConnection::expire() {
    const Instant now = platform::now();
    work([&](VsockBlock& v) REQUIRES(lock_) {
        armed_ = Instant::never();
        if (retry_at_ <= now) retry_at_ = Instant::never();
        const bool lived = v.state != VsockState::Closed;
        vsock_timers(v, now);
        if (lived && v.state == VsockState::Closed) vsock_.bump(Stat::vsock_timed_out);
    });
}

// --- sending

// Passes a packet to the device. Again: it has no room; the caller keeps the packet.
Result<> VsockConnection::transmit_locked(MbufPtr& packet, const VsockHeader& h) {
    const Result<> sent = link_.transmit(packet, *this);
    full_ = sent.error() == Errno::Again;
    if (full_) return sent;
    if (!sent.ok()) {
        vsock_.bump(Stat::tx_failed);
        vsock_fail(block_, sent.error());
        return sent;
    }
    vsock_.bump(Stat::vsock_out);
    vsock_sent(block_, h);
    return {};
}

// Sends the control packets that are due. Again: some wait for room; NoBufs: for an mbuf.
Result<> VsockConnection::output_locked() {
    constexpr Duration kRetry = milliseconds(10);
    while (const auto h = vsock_next(block_, {})) {
        if (block_.due_reset) {  // the link sends it also when this connection is gone
            link_.send_reset(*h);
            vsock_sent(block_, *h);
            continue;
        }
        MbufPtr packet = vsock_packet(*h);
        if (!packet) {
            vsock_.bump(Stat::no_mbuf);
            retry_at_ = platform::now() + kRetry;
            return Errno::NoBufs;
        }
        TRY(transmit_locked(packet, *h));
    }
    return {};
}

bool VsockConnection::room_again() {
    platform::Guard guard(lock_);
    full_ = false;
    block_.events |= kVsockWritable;
    settle_locked();
    return !full_;
}

// --- called by Vsock

void VsockConnection::open_active(Instant now) {
    work([&](VsockBlock& v) REQUIRES(lock_) {
        VsockConfig config = config_;
        config.buffer = v.config.buffer;
        vsock_open_active(v, key, type_, config, now);
    });
}

void VsockConnection::open_passive(VsockListener& l, const VsockPacket& request, Instant now) {
    work([&](VsockBlock& v) REQUIRES(lock_) {
        VsockConfig config = config_;
        config.buffer = v.config.buffer;
        vsock_open_passive(v, request, config, now);
        if (v.state != VsockState::Accepting) return vsock_.bump(Stat::vsock_false_credit);
        if (!l.add(*this)) {
            vsock_.bump(Stat::vsock_listen_overflow);
            return vsock_abort(v, Errno::None);
        }
        vsock_accept(v, now);
        vsock_.bump(Stat::vsock_accepted);
    });
}

static std::optional<Stat> counter_of(VsockVerdict v) {
    switch (v) {
        case VsockVerdict::Done:
        case VsockVerdict::Data: return std::nullopt;
        case VsockVerdict::Discarded: return Stat::vsock_discarded;
        case VsockVerdict::Empty: return Stat::vsock_empty;
        case VsockVerdict::WrongOp: return Stat::vsock_wrong_op;
        case VsockVerdict::WrongType: return Stat::vsock_wrong_type;
        case VsockVerdict::Overrun: return Stat::vsock_overrun;
        case VsockVerdict::FalseCredit: return Stat::vsock_false_credit;
    }
    return std::nullopt;
}

void VsockConnection::arrive(const VsockPacket& packet, MbufPtr m, Instant now) {
    work([&](VsockBlock& v) REQUIRES(lock_) {
        if (v.state == VsockState::Closed) return vsock_.bump(Stat::vsock_discarded);
        const VsockVerdict verdict = vsock_arrive(v, packet, now);
        if (verdict == VsockVerdict::Data) return take_data_locked(packet.header(), std::move(m));
        if (const auto counter = counter_of(verdict)) vsock_.bump(*counter);
        if (packet.op() == VsockOp::Reset) vsock_.bump(Stat::vsock_connections_reset);
    });
}

// Credit has limited what this connection holds, so First asks only that the connections of one CID together
// leave mbufs for everybody else. Awaited is only for data that are read at once, which an unfinished message
// is not.
void VsockConnection::take_data_locked(const VsockHeader& h, MbufPtr m) {
    using Claim = MbufAccount::Claim;
    const Claim claim = reading_.is_awaited() && !is_message() ? Claim::Awaited : Claim::First;
    m->pull(sizeof h);
    if (queue_.push(std::move(m), h.flags, queued_, claim)) return;
    vsock_.bump(Stat::vsock_no_room);
    vsock_abort(block_, Errno::NoBufs);
}

void VsockConnection::fail(Errno why) {
    work([&](VsockBlock& v) { vsock_fail(v, why); });
}

// --- opening and closing

bool VsockConnection::is_opening_locked() {
    return block_.state == VsockState::Connecting || block_.state == VsockState::Accepting;
}

Errno VsockConnection::take_error_locked() { return std::exchange(block_.error, Errno::None); }

Result<> VsockConnection::wait_connected(const WaitPolicy& policy) {
    Instant deadline = Instant::never();
    platform::Guard guard(lock_);
    while (is_opening_locked()) {
        if (closed_) return Errno::BadF;
        const Result<> waited = writing_.wait(lock_, policy, deadline);
        if (waited.error() == Errno::Again && !policy.wait) return Errno::InProgress;
        TRY(waited);
    }
    return take_error_locked();
}

bool VsockConnection::has_failed() {
    platform::Guard guard(lock_);
    return block_.state == VsockState::Closed && !was_established_ && block_.error == Errno::None && !closed_;
}

Errno VsockConnection::connect_state() {
    platform::Guard guard(lock_);
    if (is_opening_locked()) return Errno::Already;
    if (block_.state != VsockState::Closed) return Errno::IsConn;
    const Errno error = take_error_locked();
    return error != Errno::None ? error : Errno::IsConn;
}

Result<> VsockConnection::shut(u32 halves) {
    Result<> result = Errno::NotConn;
    work([&](VsockBlock& v) {
        if (v.state != VsockState::Established) return;
        vsock_shutdown(v, halves);
        result = {};
    });
    return result;
}

void VsockConnection::close(Instant now) {
    work([&](VsockBlock& v) REQUIRES(lock_) {
        closed_ = true;
        vsock_close(v, now);
        queue_.clear(queued_);
        v.events |= kVsockReadable | kVsockWritable;
    });
}

// --- state

// Received data can still be read.
bool VsockConnection::at_end_locked() { return !is_opening_locked() && !block_.may_receive(); }

u32 VsockConnection::ready_bits_locked() {
    if (is_opening_locked()) return 0;
    const bool at_end = at_end_locked(), may_send = block_.may_send();
    u32 bits = 0;
    if (queue_.has_piece() || at_end) bits |= POLLIN | POLLRDNORM;
    if (at_end) bits |= POLLRDHUP;
    if (!may_send || (!full_ && block_.send.available() >= poll_credit_)) bits |= POLLOUT | POLLWRNORM;
    if (block_.error != Errno::None) bits |= POLLERR;
    if (at_end && !may_send) bits |= POLLHUP;
    return bits;
}

u32 VsockConnection::poll(PollEntry* watch) {
    platform::Guard guard(lock_);
    pollers_.add(watch);
    return ready_bits_locked();
}

void VsockConnection::unwatch(PollEntry& watch) {
    platform::Guard guard(lock_);
    PollList::remove(watch);
}

VsockState VsockConnection::state() {
    platform::Guard guard(lock_);
    return block_.state;
}

Errno VsockConnection::take_error() {
    platform::Guard guard(lock_);
    return take_error_locked();
}

usize VsockConnection::readable_bytes() {
    platform::Guard guard(lock_);
    return queue_.next_bytes();
}

VsockInfo VsockConnection::info() {
    platform::Guard guard(lock_);
    const VsockBlock& v = block_;
    return {.key = key,
            .type = type_,
            .state = v.state,
            .unread = v.receive.unread(),
            .in_flight = v.send.in_flight(),
            .credit = v.send.available(),
            .window = v.receive.window(),
            .shut = v.shut,
            .peer_shut = v.peer_shut};
}

}  // namespace net
