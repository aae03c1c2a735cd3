#include "tcp_side.h"

#include <algorithm>

#include "fragment.h"

namespace sim {

std::optional<WireSegment> segment_in(const packets::Packet& frame) {
    if (!ipv4_of(frame)) return std::nullopt;
    const auto ip = net::Ipv4Packet::parse(Bytes(frame).subspan(sizeof(net::EtherHeader)));
    if (!ip || ip->protocol() != net::IpProtocol::Tcp || ip->header().is_fragment()) return std::nullopt;
    const auto tcp = net::TcpSegment::parse(ip->payload());
    if (!tcp) return std::nullopt;
    return WireSegment{{ip->src().value(), tcp->src_port(), ip->dst().value(), tcp->dst_port()},
                       tcp->seq(),
                       tcp->ack(),
                       tcp->window(),
                       tcp->flags(),
                       net::parse_tcp_options(tcp->options()),
                       tcp->payload()};
}

// RFC 7323 section 5: a segment that was delayed, and whose timestamp is old now, is dropped.
void Side::hear(const WireSegment& s, Instant now) {
    heard = now;
    if (s.options.has_timestamps) {
        if (newest && static_cast<i32>(s.options.ts_value - *newest) < 0) return;
        newest = s.options.ts_value;
    }
    fresh = now;
}

void Ranges::add(u32 left, u32 right) {
    auto at = std::find_if(ranges_.begin(), ranges_.end(), [&](const auto& r) { return r.second >= left; });
    while (at != ranges_.end() && at->first <= right) {
        left = std::min(left, at->first);
        right = std::max(right, at->second);
        at = ranges_.erase(at);
    }
    ranges_.insert(at, {left, right});
}

bool Ranges::contain(u32 left, u32 right) const {
    return std::any_of(ranges_.begin(), ranges_.end(),
                       [&](const auto& r) { return r.first <= left && right <= r.second; });
}

}  // namespace sim
