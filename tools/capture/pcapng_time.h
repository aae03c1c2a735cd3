// The clock of a pcapng interface: what a 64-bit time stamp counts.
#pragma once

#include "capture/packet.h"

namespace capture {

struct PcapngClock {
    // The option if_tsresol: units of 10^-n seconds or, with the highest bit set, of 2^-n seconds.
    u8 resolution = 6;
    i64 offset = 0;  // the option if_tsoffset: seconds to add

    Timestamp at(u64 units) const;
    bool finer_than_microseconds() const;
};

}  // namespace capture
