// Proportional rate reduction (RFC 6937): during fast recovery the window comes down to ssthresh as the ACKs
// come in, neither in one step nor with a burst at the end.
#pragma once

#include "lib/types.h"

namespace net {

// Bytes throughout, under the RFC's names.
struct Prr {
    u32 delivered = 0;   // since recovery began
    u32 out = 0;         // sent since then
    u32 recover_fs = 1;  // FlightSize when it began

    void begin(u32 flight) { *this = {0, 0, flight ? flight : 1}; }

    // How much may be sent after an ACK that delivered `data`. `safe`: it brought progress and told of no new
    // loss; then the window may also grow back to ssthresh as in slow start, else only packets that left the
    // network are replaced (section 3.1: PRR-SSRB, PRR-CRB).
    u32 allowance(u32 data, u32 pipe, u32 ssthresh, u32 mss, bool safe) {
        delivered += data;
        if (pipe > ssthresh) {
            const u64 due = (u64{delivered} * ssthresh + recover_fs - 1) / recover_fs;
            return due > out ? static_cast<u32>(due - out) : 0;
        }
        u32 limit = delivered > out ? delivered - out : 0;
        if (safe) limit = (limit > data ? limit : data) + mss;
        const u32 room = ssthresh - pipe;
        return room < limit ? room : limit;
    }
};

}  // namespace net
