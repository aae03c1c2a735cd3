// Words for the numbers in headers. Internal to dump/*.cc. A number without a name is "unknown".
#pragma once

#include "net/dump/writer.h"
#include "net/wire/ether.h"
#include "net/wire/icmp.h"
#include "net/wire/tcp.h"
#include "net/wire/tcp_options.h"

namespace net {

const char* name_of(EtherType t);
const char* name_of(IpProtocol p);
const char* name_of(IcmpType t);
const char* name_of_arp_operation(u16 operation);
const char* name_of_icmp_code(IcmpType t, u8 code);  // "" for types whose code is always 0
const char* name_of_dscp(u8 dscp);
const char* name_of_ecn(u8 ecn);
const char* name_of_ipv4_option(u8 kind);
const char* name_of_tcp_option(u8 kind);

// The flags that are set, in words with ", " between; "none" without any.
void print_flags(DumpWriter& w, const Ipv4Header& h);
void print_flags(DumpWriter& w, TcpFlags f);

}  // namespace net
