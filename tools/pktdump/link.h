// From a capture's link type to the decoder of its packets.
#pragma once

#include <optional>

#include "net/dump/dump.h"

namespace pktdump {

// Nothing for link types that the dump has no decoder for.
std::optional<net::DumpLink> link_of(u16 link_type);

}  // namespace pktdump
