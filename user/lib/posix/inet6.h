// IPv6 addresses as text (RFC 4291, 2.2; RFC 5952).
#pragma once

#include "netinet/in.h"

namespace posix {

// 1, or 0 if it is none.
int parse_ip6(const char* text, in6_addr& address);
void ip6_text(const in6_addr& address, char (&text)[INET6_ADDRSTRLEN]);

}  // namespace posix
