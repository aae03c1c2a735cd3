#include "net/proto/inet.h"
#include "net/proto/ip.h"

namespace net {

Result<> ip_out(Inet& inet, MbufPtr m, Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, WhenFull when) {
    const usize length = m->length();
    if (length > kMaxIpPayload) [[unlikely]]
        return Errno::MsgSize;
    const auto hop = inet.routes().find(dst);
    if (!hop) [[unlikely]] {
        inet.bump(Stat::ip_no_route);
        return Errno::NetUnreach;
    }
    auto* header = m->push_header<Ipv4Header>();
    if (!header) [[unlikely]] {
        inet.bump(Stat::no_mbuf);
        return Errno::NoBufs;
    }
    *header = Ipv4Header::make(src, dst, protocol, length, inet.next_identification());
    inet.bump(Stat::ip_out);
    return hop->interface->send(std::move(m), hop->neighbour, when);
}

}  // namespace net
