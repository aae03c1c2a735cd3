// Addresses as programs give them to socket calls: of AF_INET only, because the kernel serves the others.
#pragma once

#include "lib/result.h"
#include "net/socket/address.h"

namespace ustack {

// Errors: Inval (a wrong length), AfNoSupport. AF_UNSPEC is no address.
Result<net::SocketAddr> get_address(const void* from, i32 length);

// Stores the address, truncated to *length bytes, and its length in *length. Does nothing if `to` is null.
// Errors: Fault (length is null), Inval (it is negative).
Result<> put_address(void* to, i32* length, const net::SocketAddr& a);

}  // namespace ustack
