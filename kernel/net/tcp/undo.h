// The state to undo a reduction of the congestion window if the recovery was spurious.
#pragma once

#include "net/tcp/congestion.h"
#include "net/tcp/seq.h"

namespace net {

// F-RTO (RFC 5682): the progress of the test whether a timeout was spurious.
enum class Frto : u8 {
    Off,
    Asked,    // the first segment was retransmitted; the next ACK is examined
    NewData,  // that ACK advanced SND.UNA: new data were sent, not retransmissions, and their ACK decides
};

// Used from the start of a recovery until it proves necessary. Plain data; the functions are in undo.cc.
struct Undo {
    bool possible = false;
    bool stamped = false;  // first_ts is set
    u32 first_ts = 0;      // TSval of the first retransmission
    Seq from;              // SND.UNA at the start of the recovery
    u32 unconfirmed = 0;   // bytes retransmitted since then and not reported by DSACK
    Frto frto = Frto::Off;
    Congestion prior;  // the state before the recovery
};

}  // namespace net
