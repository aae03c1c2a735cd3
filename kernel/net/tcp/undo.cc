// Spurious recoveries: the segments were only reordered or delayed. They are detected by timestamps (Eifel,
// RFC 3522 and RFC 4015), by DSACKs (RFC 3708), and after a timeout by an ACK of data that were not
// retransmitted (F-RTO, RFC 5682 section 3).
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

// Cancels all retransmissions and restores the window (RFC 9438 section 4.9.2).
void undo(Tcb& t) {
    t.inet->bump(t.after_timeout ? Stat::tcp_spurious_timeouts : Stat::tcp_spurious_recoveries);
    const u32 cwnd = t.cc.cwnd > t.undo.prior.cwnd ? t.cc.cwnd : t.undo.prior.cwnd;
    const CongestionControl* control = t.cc.control;
    const u32 mss = t.cc.mss;
    t.cc = t.undo.prior;
    t.cc.control = control, t.cc.mss = mss, t.cc.cwnd = cwnd;
    t.undo.possible = false;
    t.undo.frto = Frto::Off;
    t.recovering = t.after_timeout = t.retransmit_now = false;
    t.dup_acks = 0;
    t.scoreboard.unmark_lost();
    t.rtt.forget_backoff();
}

// Eifel: an ACK that echoes a timestamp from before the first retransmission is for an original segment.
bool echoes_original(const Tcb& t, const Segment& s) {
    return t.undo.stamped && t.timestamps && s.options.has_timestamps &&
           static_cast<i32>(s.options.ts_echo - t.undo.first_ts) < 0;
}

// RFC 5682 section 3.1, the SACK-enhanced version. True: the timeout was spurious.
bool ask_frto(Tcb& t, const AckNews& news) {
    Frto& state = t.undo.frto;
    if (state == Frto::Off) return false;
    if (news.original) return true;  // step 3.b
    if (state == Frto::NewData) {
        if (news.duplicate || news.sacked) state = Frto::Off;  // step 3.a
    } else if (news.advanced && t.snd_una.before(t.recover) && t.data_end().after(t.snd_nxt)) {
        state = Frto::NewData;  // step 2.b
        t.recover = t.snd_nxt;
    } else {
        state = Frto::Off;
    }
    return false;
}

}  // namespace

void tcp_undo_begin(Tcb& t) { t.undo = {.possible = true, .from = t.snd_una, .prior = t.cc}; }

void tcp_undo_resent(Tcb& t, SeqRange r, Instant now) {
    if (!t.undo.possible) return;
    t.undo.unconfirmed += r.length();
    if (t.undo.stamped) return;
    t.undo.stamped = true;
    t.undo.first_ts = tcp_timestamp(t, now);
}

void tcp_undo_dsack(Tcb& t, SeqRange duplicate) {
    Undo& u = t.undo;
    if (!u.possible || duplicate.left.before(u.from) || u.unconfirmed == 0) return;
    const u32 n = duplicate.length();
    u.unconfirmed -= n < u.unconfirmed ? n : u.unconfirmed;
    if (u.unconfirmed == 0) undo(t);  // all retransmissions were unnecessary
}

void tcp_undo_check(Tcb& t, const Segment& s, const AckNews& news) {
    if (!t.undo.possible) [[likely]]
        return;
    const bool spurious = t.after_timeout && ask_frto(t, news);
    if (spurious || (news.advanced && echoes_original(t, s))) undo(t);
}

}  // namespace net
