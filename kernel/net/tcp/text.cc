// The seventh and eighth steps of SEGMENT ARRIVES: data and FIN (RFC 9293 section 3.10.7.4).
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

// Stores the FIN even if data before it are missing. It is acknowledged at once: it ends the stream or shows
// a gap (RFC 5681 section 4.2).
void note_fin(Tcb& t, const Segment& s, Seq first) {
    if (!s.flags.fin()) return;
    t.ack_now = true;
    const Seq at = first + s.length;
    if (t.has_peer_fin || !at.before(t.rcv_adv)) return;
    t.has_peer_fin = true;
    t.peer_fin = at;
}

// Advances RCV.NXT after n bytes in order were accepted.
void note_accepted(Tcb& t, u32 n) {
    t.rcv_nxt += n;
    t.rcv_adv = later(t.rcv_adv, t.rcv_nxt);
    t.bytes_received += n;
    if (!t.discard) t.events |= kTcpReadable;
}

MbufAccount::Claim claim_of(const Tcb& t) {
    if (t.awaited) return MbufAccount::Claim::Awaited;
    return t.receive.bytes() == 0 ? MbufAccount::Claim::First : MbufAccount::Claim::Usual;
}

// The connection's share of the queue budget is used up: drops its own out-of-order data before data in
// order. True: m was merged (and is null), or its mbufs were taken.
[[gnu::noinline]] bool make_room(Tcb& t, MbufPtr& m) {
    if (t.receive.merge(*m, true)) {
        m.reset();
        return true;
    }
    while (const u32 n = t.out_of_order.prune(t.queued)) {
        for (u32 i = 0; i < n; i++) t.inet->bump(Stat::tcp_ofo_pruned);
        if (t.queued.take(static_cast<u32>(m->whole_count()), claim_of(t))) return true;
    }
    return false;
}

// Accepts the next data in order. False: no room; the peer will retransmit them.
bool accept(Tcb& t, MbufPtr m) {
    const u32 n = static_cast<u32>(m->whole_length());
    if (!t.discard && !t.receive.merge(*m, false)) {
        const u32 mbufs = static_cast<u32>(m->whole_count());
        if (!t.queued.take(mbufs, claim_of(t)) && !make_room(t, m)) [[unlikely]] {
            t.inet->bump(Stat::tcp_rcvq_full);
            t.ack_now = true;
            t.events |= kTcpStarved;
            return false;
        }
        if (m) t.receive.push(std::move(m));
    }
    note_accepted(t, n);
    return true;
}

// The same for data that were held out of order; their mbuf is already taken from the account.
void accept_out_of_order(Tcb& t, MbufPtr m) {
    const u32 n = static_cast<u32>(m->length());
    if (t.discard || t.receive.merge(*m, false))
        t.queued.give(1);
    else
        t.receive.push(std::move(m));
    note_accepted(t, n);
}

[[gnu::noinline]] bool cut_to_window(Tcb& t, Mbuf& m, Seq& first) {
    const Seq last = first + static_cast<u32>(m.whole_length());
    const Seq end = earlier(last, t.rcv_adv);
    const Seq from = later(first, t.rcv_nxt);
    if (end != last) t.ack_now = true;  // the peer does not know our window
    if (from != first) tcp_note_duplicate(t, {first, earlier(from, last)});
    if (!from.before(end)) return false;
    m.consume(from.since(first));
    m.chain_trim_to(end.since(from));
    first = from;
    return true;
}

// Trims data that start at `first` to what is new and within the window. False: nothing is left.
bool fit_to_window(Tcb& t, Mbuf& m, Seq& first) {
    const Seq last = first + static_cast<u32>(m.whole_length());
    const bool fits = first.at_or_after(t.rcv_nxt) && last.at_or_before(t.rcv_adv);
    return fits || cut_to_window(t, m, first);
}

// A segment of this host is dropped if its fragments do not fit into one mbuf. It comes again in parts.
[[gnu::noinline]] void take_out_of_order(Tcb& t, MbufPtr m, Seq first) {
    t.inet->bump(Stat::tcp_out_of_order);
    t.ack_now = true;  // RFC 5681 section 4.2: a duplicate ACK, at once
    if (m->fragment_count() && !m->flatten()) return t.inet->bump(Stat::tcp_ofo_full);
    const auto outcome = t.out_of_order.insert(t.queued, first, std::move(m));
    if (outcome.refused) t.inet->bump(Stat::tcp_ofo_full);
    tcp_note_duplicate(t, outcome.duplicate);
}

[[gnu::noinline]] void take_queued_data(Tcb& t) {
    t.ack_now = true;  // RFC 5681 section 4.2: a gap is filled
    while (MbufPtr m = t.out_of_order.take(t.queued, t.rcv_nxt)) accept_out_of_order(t, std::move(m));
}

void start_delayed_ack(Tcb& t, Instant now) {
    if (!t.running(TcpTimer::DelayedAck)) t.set(TcpTimer::DelayedAck, now + kDelayedAck);
}

// RFC 9293 section 3.8.6.3: an ACK for at least every second full segment, or when the delayed ACK timer
// expires. A segment that is one byte shorter counts as full.
void schedule_ack(Tcb& t, u32 length, Instant now) {
    if (length > t.receive_mss) t.receive_mss = static_cast<u16>(length);
    if (t.rcv_nxt.since(t.last_ack_sent) + 1 >= 2 * u32{t.receive_mss})
        t.ack_now = true;
    else
        start_delayed_ack(t, now);
}

// Takes one mbuf of data that start at `first`. True: they were in order.
bool take_data(Tcb& t, MbufPtr m, Seq first) {
    if (!fit_to_window(t, *m, first)) return false;
    if (first == t.rcv_nxt) return accept(t, std::move(m));
    take_out_of_order(t, std::move(m), first);
    return false;
}

// segment: its length; 0 if unknown.
void note_in_order(Tcb& t, u32 segment, Instant now) {
    if (!t.out_of_order.empty()) take_queued_data(t);
    schedule_ack(t, segment, now);
}

// Data of this host for a thread that waits need no ACK of their own: that thread has been woken, and
// tcp_after_read() acknowledges them together with the new window.
bool ack_comes_with_read(const Tcb& t, bool from_this_host) {
    return from_this_host && t.awaited && t.out_of_order.empty();
}

// Several segments of unknown length: a chain of mbufs, into which the device has merged them, or fragments,
// because they have not left this host.
[[gnu::noinline]] void take_merged_data(Tcb& t, MbufPtr m, Seq first, Instant now) {
    const bool wait_for_read = ack_comes_with_read(t, m->fragment_count() > 0);
    bool in_order = false;
    while (m) {
        MbufPtr rest = m->detach();
        const auto n = static_cast<u32>(m->whole_length());
        in_order |= take_data(t, std::move(m), first);
        first += n;
        m = std::move(rest);
    }
    if (!in_order) return;
    if (!wait_for_read) return note_in_order(t, 0, now);
    start_delayed_ack(t, now);
}

}  // namespace

// RFC 2883 section 4: an immediate ACK reports it.
void tcp_note_duplicate(Tcb& t, SeqRange r) {
    if (!t.sack || !r.left.before(r.right)) return;
    t.duplicate = r;
    t.has_duplicate = t.ack_now = true;
}

void tcp_take_text(Tcb& t, Segment& s, Instant now) {
    if (!may_receive(t.state)) return;
    Seq first = s.seq + u32{s.flags.syn()};
    note_fin(t, s, first);
    if (s.length == 0) return;
    // RFC 1122 section 4.2.2.13: no program will read the data, so reset the connection.
    if (t.orphan && (first + s.length).after(t.rcv_nxt)) return tcp_abort(t, Errno::None, now);
    if (s.data->is_scattered()) [[unlikely]]
        return take_merged_data(t, std::move(s.data), first, now);
    const auto before = t.rcv_nxt;
    if (take_data(t, std::move(s.data), first)) note_in_order(t, t.rcv_nxt.since(before), now);
}

void tcp_enter_time_wait(Tcb& t, Instant now) {
    t.state = TcpState::TimeWait;
    t.stop_all();
    t.set(TcpTimer::Final, now + kTimeWait);
    t.events |= kTcpReadable | kTcpWritable;
}

void tcp_take_fin(Tcb& t, Instant now) {
    if (!t.has_peer_fin || !may_receive(t.state) || t.rcv_nxt != t.peer_fin) return;
    t.rcv_nxt += 1;
    t.rcv_adv = later(t.rcv_adv, t.rcv_nxt);
    t.ack_now = true;
    t.events |= kTcpReadable;
    if (t.state == TcpState::Established)
        t.state = TcpState::CloseWait;
    else if (t.state == TcpState::FinWait1)  // our FIN is not acknowledged
        t.state = TcpState::Closing;
    else
        tcp_enter_time_wait(t, now);
}

bool tcp_after_read(Tcb& t) {
    if (!may_receive(t.state)) return false;
    const u32 grown = tcp_window(t) - t.rcv_wnd();
    const u32 half = t.config.receive_limit / 2;
    const u32 worth = 2u * t.receive_mss < half ? 2u * t.receive_mss : half;
    if (grown < worth) return false;
    return t.ack_now = true;
}

}  // namespace net
