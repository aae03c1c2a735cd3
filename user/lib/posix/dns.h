// The resolver: a host's IPv4 addresses from a name server (RFC 1035).
#pragma once

#include "lib/types.h"

namespace posix {

inline constexpr int kMostAddresses = 8;

// The addresses in network byte order; how many. 0: the name has none. Negative: EAI_AGAIN, no server
// answered; EAI_FAIL, none could tell; EAI_NONAME, no name at all.
int ask_name_servers(const char* name, u32 addresses[kMostAddresses]);

// --- the format of messages, for tests ---

inline constexpr usize kMaxDnsMessage = 512;  // over UDP

// A query for the A records of `name`, at most kMaxDnsMessage bytes. 0: no name that DNS can have.
usize make_dns_query(u8* message, u16 id, const char* name);

// What an answer to it says. Negative: not an answer to this query (-1), or the server failed (-2).
int read_dns_answer(const u8* message, usize n, u16 id, const u8* query, usize query_length,
                    u32 addresses[kMostAddresses]);

}  // namespace posix
