// The layers of the full dump, each printing its header and handing what is behind it on. Internal to
// dump/*.cc. Every function takes any bytes.
#pragma once

#include "net/dump/names.h"

namespace net {

void dump_arp(DumpWriter& w, Bytes b);
void dump_ipv6(DumpWriter& w, Bytes b);

// Is the packet what the wire brought, or the copy of another inside an ICMP error? A quote is cut short by
// design, and what it quotes is not followed once more.
enum class Quoted : bool { No, Yes };

void dump_ipv4(DumpWriter& w, Bytes b, Quoted quoted);

// What the layers above IP must know of it.
struct DumpContext {
    Ipv4Addr src, dst;
    Quoted quoted;
    bool whole;  // all bytes of the packet are there: no fragment, not cut short
};

void dump_icmp(DumpWriter& w, Bytes b, const DumpContext& ip);
void dump_udp(DumpWriter& w, Bytes b, const DumpContext& ip);
void dump_tcp(DumpWriter& w, Bytes b, const DumpContext& ip);

// The field "Checksum", with a verdict: `stored` stands at byte `at` of `b`, `sum` holds the pseudo header.
void dump_checksum(DumpWriter& w, u16 stored, Bytes b, usize at, Checksum sum);

}  // namespace net
