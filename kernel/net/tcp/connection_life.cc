// Opening and closing a connection.
#include "net/proto/inet.h"
#include "net/tcp/connection.h"
#include "net/tcp/engine.h"
#include "net/tcp/tcp.h"

namespace net {

// --- opening

void TcpConnection::open_active(TcpStart start, Instant now) {
    work(now, [&](Tcb& t) REQUIRES(lock_) {
        if (closed_) return;
        t.key = key;
        t.ts_offset = start.timestamp_offset;
        tcp_open_active(t, start.isn, now);
    });
}

// The connection is not in the table. If its timer callback is still about to run, it finds nothing to do.
void TcpConnection::renew(const TcpKey& k, const TcpConfig& config) {
    platform::Guard guard(lock_);
    std::destroy_at(&tcb_);
    std::construct_at(&tcb_);
    key = k;
    set_up_locked(config);
}

bool TcpConnection::join_locked(TcpListener& l) {
    if (!l.add(*this)) return false;
    listener_ = Ref<TcpListener>(&l);
    return true;
}

bool TcpConnection::open_passive(TcpListener& l, const Segment& syn, TcpStart start, Instant now) {
    Aftermath after;
    {
        platform::Guard guard(lock_);
        if (!join_locked(l)) return false;
        tcb_.ts_offset = start.timestamp_offset;
        tcp_open_passive(tcb_, syn, start.isn, now);
        after = settle_locked(now);
    }
    complete(after, now);
    return true;
}

// Reconstructs the SYN from the cookie and the ACK. The only option that the cookie preserves is the MSS.
bool TcpConnection::open_by_cookie(TcpListener& l, Segment& s, u16 mss, Instant now) {
    Segment syn;
    syn.seq = s.seq - 1;
    syn.options.mss = mss;
    Aftermath after;
    {
        platform::Guard guard(lock_);
        if (!join_locked(l)) return false;
        tcp_open_passive(tcb_, syn, s.ack - 1, now);
        tcb_.snd_nxt = s.ack;
        tcp_segment_arrives(tcb_, s, now);
        after = settle_locked(now);
    }
    complete(after, now);
    return true;
}

// --- closing

std::optional<Seq> TcpConnection::give_way(const Segment& syn, Instant now) {
    std::optional<Seq> above;
    work(now, [&](Tcb& t) {
        if (t.state != TcpState::TimeWait) return;
        if (!tcp_is_new_incarnation(syn, t.rcv_nxt, t.timestamps, t.ts_recent)) return;
        above = t.snd_nxt;
        tcp_fail(t, Errno::None);
    });
    return above;
}

void TcpConnection::shut_sending(Instant now) {
    work(now, [now](Tcb& t) {
        tcp_close(t, now);
        t.events |= kTcpFailed;  // wakes writers and pollers
    });
}

// Data in the receive buffer can still be read; data that arrive later are discarded.
void TcpConnection::shut_receiving(Instant now) {
    work(now, [](Tcb& t) {
        t.discard = true;
        t.events |= kTcpReadable;
    });
}

void TcpConnection::close(Instant now) {
    Aftermath after;
    {
        platform::Guard guard(lock_);
        closed_ = true;
        tcb_.events |= kTcpFailed;
        tcp_orphan(tcb_, now);
        after = settle_locked(now);
    }
    complete(after, now);
}

void TcpConnection::abort(Errno why, Instant now) {
    work(now, [&](Tcb& t) { tcp_abort(t, why, now); });
}

void TcpConnection::give_up(Stat why, Instant now) {
    work(now, [&](Tcb& t) {
        if (t.state == TcpState::Closed) return;
        t.inet->bump(why);
        tcp_abort(t, Errno::TimedOut, now);
    });
}

// RFC 2018 section 8: a receiver may discard data that it has reported in SACK blocks.
void TcpConnection::prune(Instant now) {
    work(now, [](Tcb& t) {
        while (const u32 n = t.out_of_order.prune(t.queued)) {
            for (u32 i = 0; i < n; i++) t.inet->bump(Stat::tcp_ofo_pruned);
        }
    });
}

// Replaces the connection by a compact TIME-WAIT entry. Without memory for one, nothing changes.
void TcpConnection::retire() {
    TcpTimeWait* entry = tcp_.new_time_wait();
    if (!entry) return;
    const Instant now = platform::now();
    Aftermath after;
    Instant until{};
    {
        platform::Guard guard(lock_);
        const Tcb& t = tcb_;
        entry->snd_nxt = t.snd_nxt, entry->rcv_nxt = t.rcv_nxt;
        entry->window = static_cast<u16>(t.rcv_wnd() >> t.rcv_scale);
        entry->timestamps = t.timestamps, entry->ts_offset = t.ts_offset, entry->ts_recent = t.ts_recent;
        entry->since = now;
        entry->until = until = tcb_.deadline(TcpTimer::Final);
        if (t.state != TcpState::TimeWait || !tcp_.table().retire(*this, *entry)) {
            until = {};
        } else {
            tcp_fail(tcb_, Errno::None);
            disarm_locked(after);
            after.drop_refs++;  // the table's
        }
    }
    if (until.ns == 0) return tcp_.free_time_wait(*entry);
    tcp_.time_wait_added(until);
    complete(after, now);
}

}  // namespace net
