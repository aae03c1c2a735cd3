// Connections whose sequence numbers or timestamps pass 2^32.
#pragma once

#include "net/tcp/secrets.h"

namespace sim {

enum class Wraps : u8 { SequenceNumbers, Timestamps };

// A random number. If a stack gets only this one while it boots, a connection that begins at that time has
// its first sequence number, or timestamp, shortly before 2^32. `seed`: others find other numbers.
u64 random_for_wrap(const net::TcpKey& key, Instant begins, Wraps what, u64 seed);

}  // namespace sim
