// What is needed to take a reduction of the congestion window back, when it turns out that nothing was lost.
#pragma once

#include "net/tcp/congestion.h"
#include "net/tcp/seq.h"

namespace net {

// F-RTO (RFC 5682): how far the question is whether a timeout was spurious.
enum class Frto : u8 {
    Off,
    Asked,    // the first segment was sent again; the next ACK counts
    NewData,  // that one brought progress: instead of retransmissions new data went out, whose ACK decides
};

// From the begin of a recovery until it is known to be needed. Plain data; the functions are in undo.cc.
struct Undo {
    bool possible = false;
    bool stamped = false;  // first_ts is set
    u32 first_ts = 0;      // TSval of the first retransmission
    Seq from;              // SND.UNA when it began
    u32 unconfirmed = 0;   // bytes sent again since then, and not reported as received twice
    Frto frto = Frto::Off;
    Congestion prior;  // as it was before
};

}  // namespace net
