// The memory of the stack's mbufs: the buffers of the channel. So the kernel puts received frames into mbufs,
// and sends from them, without a copy on our side.
#pragma once

#include "lib/types.h"

namespace ustack {

// Once, before the first mbuf: `pages` pages from which net::platform::packet_page_alloc takes.
void give_packet_memory(u8* first, usize pages);

}  // namespace ustack
