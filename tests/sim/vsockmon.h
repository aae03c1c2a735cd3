// The form of vsock packets in captures: link type 271, the header of Linux's vsockmon device
// (linux/vsockmon.h), and then the packet.
#pragma once

#include "packets.h"

namespace sim {

// packet: a VsockHeader and the payload.
packets::Packet for_vsockmon(const packets::Packet& packet);

}  // namespace sim
