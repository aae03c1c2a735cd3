// From a capture's link type to the decoder of its packets.
#pragma once

#include <optional>

#include "net/dump/dump.h"

namespace pktdump {

enum class DumpLink { Ethernet, RawIp, LinuxCooked, LinuxCooked2, Null, Loop, Ppp };

// Nothing for link types that the dump has no decoder for.
std::optional<DumpLink> link_of(u16 link_type);

// Prints one packet whose first header is that of the link type. `original_length` is its length on the wire.
void print_link(TextSink out, DumpLink link, Bytes captured, usize original_length, net::DumpMode mode);

}  // namespace pktdump
