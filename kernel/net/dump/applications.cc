// Which application a payload belongs to: by the port of a server, HTTP by its first word.
#include "net/dump/applications.h"

#include "net/dump/layers.h"
#include "net/dump/switch.h"

namespace net {
namespace {

constexpr u16 kDns = 53, kMulticastDns = 5353, kDhcpServer = 67, kDhcpClient = 68, kNtp = 123;

void dump_over_udp(DumpWriter& w, u16 port, const Piece& p) {
    switch (port) {
        case kDns:
        case kMulticastDns: return dump_dns(w, p);
        case kDhcpServer:
        case kDhcpClient: return dump_dhcp(w, p);
        case kNtp: return dump_ntp(w, p);
        default: break;
    }
}

// Over TCP a DNS message follows its length (RFC 1035 section 4.2.2). A segment may hold any part of it.
void dump_over_tcp(DumpWriter& w, u16 port, const Piece& p) {
    if (is_http(p.here)) return dump_http(w, p);
    const auto* length = header_of<be16>(p.here);
    if (port == kDns && length && *length == p.length - sizeof *length) dump_dns(w, p.behind(sizeof *length));
}

bool is_known(u16 port) {
    return port == kDns || port == kMulticastDns || port == kDhcpServer || port == kDhcpClient ||
           port == kNtp;
}

}  // namespace

void dump_application(DumpWriter& w, IpProtocol protocol, u16 src_port, u16 dst_port, const Piece& p) {
    if (!kDumpAll || p.here.empty()) return;
    const u16 port = is_known(src_port) ? src_port : dst_port;
    if (protocol == IpProtocol::Udp) return dump_over_udp(w, port, p);
    if (protocol == IpProtocol::Tcp) return dump_over_tcp(w, port, p);
}

}  // namespace net
