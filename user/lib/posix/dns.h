// The resolver: a host's IPv4 addresses from a name server (RFC 1035).
#pragma once

#include "lib/types.h"

namespace posix {

inline constexpr int kMostAddresses = 8;

// Stores the addresses in network byte order; returns how many. 0: the name has none. Negative: EAI_AGAIN: no
// server answered; EAI_FAIL: all servers failed; EAI_NONAME: not a valid name.
int ask_name_servers(const char* name, u32 addresses[kMostAddresses]);

// --- the format of messages, for tests ---

inline constexpr usize kMaxDnsMessage = 512;  // over UDP

// Makes a query for the A records of `name`, at most kMaxDnsMessage bytes. Returns its length; 0: not a valid
// name.
usize make_dns_query(u8* message, u16 id, const char* name);

// Reads an answer to it. Returns the number of addresses; -1: not an answer to this query; -2: the server
// failed.
int read_dns_answer(const u8* message, usize n, u16 id, const u8* query, usize query_length,
                    u32 addresses[kMostAddresses]);

}  // namespace posix
