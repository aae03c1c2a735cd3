// RACK, the recent acknowledgment (RFC 8985 section 6): a segment is lost when one that was sent sufficiently
// later has arrived. "Sufficiently" is the reordering window, which grows where the network reorders.
#pragma once

#include "lib/time.h"
#include "net/tcp/seq.h"

namespace net {

// Under the names of RFC 8985 section 5.3. Plain data; the functions are in rack.cc.
struct Rack {
    static constexpr u8 kPersist = 16;  // recoveries without a DSACK after which the window shrinks again
    static constexpr u16 kMostMult = 4096;

    Instant xmit_ts{};  // of the segment that was sent last among those delivered
    Seq end_seq;
    Duration rtt{};
    Seq fack;                      // the highest delivered
    bool reordering_seen = false;  // something below fack, sent once, came later
    bool in_dsack_round = false;   // the window has grown already, until
    Seq dsack_round;               // this is acknowledged
    u16 reo_wnd_mult = 1;
    u8 reo_wnd_persist = kPersist;

    // Was a segment with this time and end sent before the recent acknowledgment's?
    bool is_after(Instant sent_at, Seq end) const {
        return xmit_ts > sent_at || (xmit_ts == sent_at && end_seq.after(end));
    }
};

}  // namespace net
