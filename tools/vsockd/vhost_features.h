// What the device offers to QEMU and to the guest's driver, as bits.
#pragma once

#include "lib/types.h"

namespace vsockd {

constexpr u64 bit(int n) { return 1ull << n; }

// Feature bits of the device. Bit 30 is vhost-user's own: there are protocol features.
inline constexpr u64 kIndirect = bit(28), kEventIndex = bit(29), kProtocol = bit(30), kVersion1 = bit(32);
inline constexpr u64 kOffered = kIndirect | kEventIndex | kProtocol | kVersion1;
// Protocol features
inline constexpr u64 kReplyAck = bit(3), kConfig = bit(9);
inline constexpr u64 kProtocolOffered = kReplyAck | kConfig;

}  // namespace vsockd
