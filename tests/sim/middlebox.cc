#include "middlebox.h"

#include <algorithm>

#include "fragment.h"

using packets::Packet;

namespace sim {
namespace {

enum Option : u8 { kEnd = 0, kNop = 1, kScale = 3, kSackPermitted = 4, kTimestamps = 8 };

bool is_stripped(u8 option, u64 which) {
    switch (option) {
        case kScale: return which & kStripScale;
        case kSackPermitted: return which & kStripSack;
        case kTimestamps: return which & kStripTimestamps;
        default: return false;
    }
}

void strip(MutBytes options, u64 which) {
    for (usize at = 0; at < options.size() && options[at] != kEnd;) {
        const usize length = options[at] == kNop || at + 1 == options.size() ? 1 : options[at + 1];
        if (length == 0 || at + length > options.size()) return;
        if (is_stripped(options[at], which)) std::fill_n(options.data() + at, length, u8{kNop});
        at += length;
    }
}

}  // namespace

Packet without_syn_options(Packet frame, u64 which) {
    const net::Ipv4Header* ip = ipv4_of(frame);
    if (!ip || ip->protocol != 6 || ip->is_fragment()) return frame;
    const MutBytes bytes = MutBytes(frame).subspan(sizeof(net::EtherHeader) + sizeof *ip);
    const auto segment = net::TcpSegment::parse(bytes);
    if (!segment || !segment->flags().syn()) return frame;
    constexpr usize kFixed = sizeof(net::TcpHeader);
    strip(bytes.subspan(kFixed, segment->options().size()), which);
    auto& header = *reinterpret_cast<net::TcpHeader*>(bytes.data());
    header.checksum = 0;
    net::Checksum sum;
    sum.add_pseudo_header(ip->src, ip->dst, net::IpProtocol::Tcp, bytes.size());
    sum.add(bytes);
    header.checksum = sum.finish();
    return frame;
}

}  // namespace sim
