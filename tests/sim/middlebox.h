// A middlebox that connections must survive: it replaces options of SYNs by NOPs, so that neither end uses
// them.
#pragma once

#include "packets.h"

namespace sim {

// Which options; a set of these.
inline constexpr u64 kStripSack = 1, kStripTimestamps = 2, kStripScale = 4;

// The frame after the middlebox. Frames without a whole TCP header pass as they are.
packets::Packet without_syn_options(packets::Packet frame, u64 which);

}  // namespace sim
