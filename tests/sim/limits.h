// Programs that limit how long their peer may be silent: keepalive and TCP_USER_TIMEOUT.
#pragma once

#include "tcp_side.h"

namespace sim {

inline bool has_limits(const End& e) { return e.keepalive || e.user_timeout.ns; }

// Has the stack given up a connection that its program has closed, because its retransmissions stay
// unanswered? It tells nobody.
bool has_abandoned_orphan(const Conversation& c, u32 side);

// May the stack of this end have given the connection up, after what the wire shows?
bool may_have_given_up(const Conversation& c, u32 side, Instant now);

}  // namespace sim
