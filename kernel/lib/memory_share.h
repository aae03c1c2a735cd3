// How much memory the objects that programs and remote hosts create may occupy. Each kind has a part of the
// whole memory, so no flood and no greedy program exhausts it, and no kind takes the part of another. When
// the part is used up, there is an error, or the oldest object makes room; docs/sockets.md says which.
//
// What these objects queue is bounded elsewhere: mbufs by net/core/budget.h, the bytes in pipes by
// fs/pipe_bytes.h, those of AF_UNIX by ipc/local_family.h.
#pragma once

#include "lib/types.h"

struct MemoryShare {
    u32 parts;  // of 1024

    constexpr usize of(usize pages) const { return pages * parts / 1024; }
};

namespace memory_share {

// For objects that are bounded in another way.
inline constexpr MemoryShare kAll{1024};

// With 128 MiB there is room for
inline constexpr MemoryShare kTcpConnections{256};  // 24,000: of 10,000 over loopback, both ends
inline constexpr MemoryShare kTcpSockets{40};       // 26,000
inline constexpr MemoryShare kUdpSockets{32};       // 13,000
inline constexpr MemoryShare kFiles{40};            // 38,000
inline constexpr MemoryShare kPingSockets{8};       // 3,000
inline constexpr MemoryShare kUnixSockets{8};       // 3,200; as much again for their queues
inline constexpr MemoryShare kVsockSockets{4};      // 2,600
inline constexpr MemoryShare kListeners{8};         // 5,000, of TCP
inline constexpr MemoryShare kTimeWaits{8};         // 10,500
inline constexpr MemoryShare kPipes{4};             // 2,500

static_assert(kTcpConnections.parts + kTcpSockets.parts + kUdpSockets.parts + kFiles.parts +
                      kPingSockets.parts + 2 * kUnixSockets.parts + kVsockSockets.parts + kListeners.parts +
                      kTimeWaits.parts + kPipes.parts <=
                  512,
              "half of the memory remains for programs and packets");

}  // namespace memory_share
