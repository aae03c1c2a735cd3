// The file /hosts: an address and its names on a line; # begins a comment.
#pragma once

#include "lib/types.h"

namespace posix {

// Addresses are in network byte order. False: no line has it.
bool find_in_hosts(const char* name, u32* address);
bool find_in_hosts(u32 address, char* name, usize size);

}  // namespace posix
