// Proportional rate reduction (RFC 9937): during fast recovery each ACK reduces the window a little towards
// ssthresh, so there is no pause at the start and no burst at the end.
#pragma once

#include "lib/types.h"

namespace net {

// All in bytes, with the names of the RFC.
struct Prr {
    u32 delivered = 0;   // since recovery began
    u32 out = 0;         // sent since recovery began
    u32 recover_fs = 1;  // FlightSize when recovery began

    void begin(u32 flight) { *this = {0, 0, flight ? flight : 1}; }

    // How much may be sent after an ACK that delivered `data` bytes. `safe`: SND.UNA advanced and no new loss
    // was found. Then the window may grow to ssthresh as in slow start (PRR-SSRB); else as much may be sent
    // as was delivered (PRR-CRB), by this ACK at least: if nothing is in flight, no other ACK will come.
    u32 allowance(u32 data, u32 pipe, u32 ssthresh, u32 mss, bool safe) {
        delivered += data;
        if (pipe > ssthresh) {
            const u64 due = (u64{delivered} * ssthresh + recover_fs - 1) / recover_fs;
            return due > out ? static_cast<u32>(due - out) : 0;
        }
        u32 limit = delivered > out + data ? delivered - out : data;
        if (safe) limit += mss;
        const u32 room = ssthresh - pipe;
        return room < limit ? room : limit;
    }
};

}  // namespace net
