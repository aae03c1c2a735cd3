// A program's struct sockaddr, of any address family, and net::SocketAddr.
#pragma once

#include "lib/result.h"
#include "net/socket/address.h"

// Copies in an address of `length` bytes. AF_UNSPEC gives no address, whatever its length. Errors: Inval (the
// length is out of range or too short for the family, or a flag is unknown), AfNoSupport (the family is
// unknown), Fault.
Result<net::SocketAddr> fetch_sockaddr(UserAddr from, i32 length);

// Copies out an address, truncated to the number of bytes at `length`, and sets that to the full size. No
// address is AF_UNSPEC followed by zeros. Does nothing if `to` is null. Errors: Inval (the number is
// negative), Fault.
Result<> put_sockaddr(UserAddr to, UserAddr length, const net::SocketAddr& a);
