// The protocols above UDP and TCP that the dump knows. Internal to net/dump. Each takes any bytes, which the
// caller prints in hex afterwards: here it is enough to say what they mean.
#pragma once

#include "net/dump/names.h"

namespace net {

void dump_dns(DumpWriter& w, const Piece& p);
void dump_dhcp(DumpWriter& w, const Piece& p);
void dump_ntp(DumpWriter& w, const Piece& p);
void dump_http(DumpWriter& w, const Piece& p);

// Does the text begin like an HTTP request or response?
bool is_http(Bytes b);

}  // namespace net
