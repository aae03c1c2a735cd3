// The format of /etc/resolv.conf, which names the name servers (resolv.conf(5)).
#pragma once

#include "lib/types.h"

namespace posix {

inline constexpr const char* kResolvConf = "/etc/resolv.conf";
inline constexpr int kMostNameServers = 3;

// Takes the addresses of the first lines "nameserver ADDRESS", in host byte order. Returns how many. Other
// lines, also malformed ones, are ignored; # and ; begin a comment.
int read_name_servers(const char* text, u32 (&servers)[kMostNameServers]);

}  // namespace posix
