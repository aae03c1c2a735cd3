// RACK, recent acknowledgment (RFC 8985 section 6): a segment is lost if a segment sent sufficiently later
// has been delivered. "Sufficiently" is the reordering window, which grows if the network reorders.
#pragma once

#include "lib/time.h"
#include "net/tcp/seq.h"

namespace net {

// The names are those of RFC 8985 section 5.3. Plain data; the functions are in rack.cc.
struct Rack {
    static constexpr u8 kPersist = 16;  // recoveries without a DSACK after which the window shrinks again
    static constexpr u16 kMaxMult = 4096;

    Instant xmit_ts{};  // of the most recently sent segment that has been delivered
    Seq end_seq;
    Duration rtt{};
    Seq fack;                      // the highest sequence number delivered
    bool reordering_seen = false;  // a segment below fack, sent once, was delivered later
    bool in_dsack_round = false;   // the window has grown in this round
    Seq dsack_round;               // the round ends when this is acknowledged
    u16 reo_wnd_mult = 1;
    u8 reo_wnd_persist = kPersist;

    // Was the most recently sent delivered segment sent after a segment with this time and end?
    bool is_after(Instant sent_at, Seq end) const {
        return xmit_ts > sent_at || (xmit_ts == sent_at && end_seq.after(end));
    }
};

}  // namespace net
