#include "net/tcp/pressure.h"

#include "net/tcp/connection.h"

namespace net {

using OrphanNode = ListNode<TcpConnection, TcpOrphanTag>;
using StalledNode = ListNode<TcpConnection, TcpStalledTag>;
using HoleNode = ListNode<TcpConnection, TcpHoleTag>;

// When a stalled connection becomes an orphan, its stalled time starts again at zero.
[[gnu::noinline]] bool TcpPressure::update(TcpConnection& c, u8 lists, Instant now) {
    using Links = TcpPressureLinks;
    TcpPressureLinks& links = c.links();
    const u8 changed = links.in ^ lists;
    links.in = lists;
    platform::Guard guard(lock_);
    if (changed & Links::kOrphan) {
        if (lists & Links::kOrphan)
            orphans_.push_back(c), orphan_count_++;
        else
            c.OrphanNode::unlink(), orphan_count_--;
    }
    if (changed & (Links::kStalled | Links::kOrphan)) {
        if (c.StalledNode::linked()) c.StalledNode::unlink();
        links.stalled_since = now;
        if (lists & Links::kStalled) stalled_[lists & Links::kOrphan ? 1 : 0].push_back(c);
    }
    if (changed & Links::kHole) {
        links.hole_since = now;
        if (lists & Links::kHole)
            holes_.push_back(c);
        else
            c.HoleNode::unlink();
    }
    return changed & lists & Links::kOrphan && orphan_count_ > most_orphans_;
}

// --- selection. The table of connections holds a reference to each connection in a list.

Ref<TcpConnection> TcpPressure::excess_orphan() {
    platform::Guard guard(lock_);
    return Ref<TcpConnection>(orphan_count_ > most_orphans_ ? orphans_.front() : nullptr);
}

Ref<TcpConnection> TcpPressure::stalled(Instant now) {
    platform::Guard guard(lock_);
    TcpConnection* orphan = stalled_[1].front();
    if (orphan && now - orphan->links().stalled_since >= kOrphanStall) return Ref<TcpConnection>(orphan);
    TcpConnection* other = stalled_[0].front();
    if (other && now - other->links().stalled_since >= kStall) return Ref<TcpConnection>(other);
    return {};
}

Ref<TcpConnection> TcpPressure::hole(Instant now) {
    platform::Guard guard(lock_);
    TcpConnection* c = holes_.front();
    return Ref<TcpConnection>(c && now - c->links().hole_since >= kHoleAge ? c : nullptr);
}

// --- relief. Each call of give_up() or prune() removes the connection from its list.

void TcpPressure::relieve_orphans(Instant now) {
    while (Ref<TcpConnection> c = excess_orphan()) c->give_up(Stat::tcp_orphans_dropped, now);
}

bool TcpPressure::relieve_senders(Instant now) {
    Ref<TcpConnection> c = stalled(now);
    if (c) c->give_up(Stat::tcp_stalled_dropped, now);
    return static_cast<bool>(c);
}

void TcpPressure::relieve_receivers(Instant now) {
    if (Ref<TcpConnection> c = hole(now)) c->prune(now);
}

}  // namespace net
