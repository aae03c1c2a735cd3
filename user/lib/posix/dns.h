// The resolver: a host's IPv4 addresses, or its name, from a name server (RFC 1035).
#pragma once

#include "lib/types.h"

namespace posix {

inline constexpr int kMostAddresses = 8;
inline constexpr usize kMaxHostName = 256;  // with the terminating zero

// Stores the addresses in network byte order; returns how many. 0: the name has none. Negative: EAI_AGAIN: no
// server answered; EAI_FAIL: all servers failed; EAI_NONAME: not a valid name.
int ask_name_servers(const char* name, u32 addresses[kMostAddresses]);
// Stores the name of the host with this address, which is in network byte order. 1: it has one; otherwise as
// above.
int ask_for_host_name(u32 address, char name[kMaxHostName]);

// --- the format of messages, for tests ---

inline constexpr usize kMaxDnsMessage = 512;  // over UDP

enum class DnsType : u16 { A = 1, Ptr = 12 };

struct DnsQuery {
    u16 id = 0;
    usize length = 0;  // 0: not a valid name
    u8 message[kMaxDnsMessage];
};
// Makes a query for the records of `name`.
void make_dns_query(DnsQuery& query, u16 id, const char* name, DnsType type = DnsType::A);

// Both read an answer to the query. Negative: kNotTheAnswer, kServerFailed.
inline constexpr int kNotTheAnswer = -1, kServerFailed = -2;
// Returns the number of addresses.
int read_dns_addresses(const DnsQuery& query, const u8* message, usize n, u32 addresses[kMostAddresses]);
// Returns 1 if there is a name, or 0.
int read_dns_name(const DnsQuery& query, const u8* message, usize n, char name[kMaxHostName]);

}  // namespace posix
