#include "whole.h"

#include "fragment.h"

using packets::Packet;

namespace sim {

Packet Whole::take(const Packet& frame) {
    const net::Ipv4Header* h = ipv4_of(frame);
    if (!h || !h->is_fragment()) return frame;
    if (h->protocol != 6) return {};
    constexpr usize kHeaders = sizeof(net::EtherHeader) + sizeof(net::Ipv4Header);
    const auto key = std::tuple(h->src.value(), h->dst.value(), u16{h->identification});
    Partial& p = partial_[key];
    p.fragments[h->fragment_offset()] = Packet(frame.begin() + kHeaders, frame.end());
    if (!h->more_fragments()) p.length = h->fragment_offset() + frame.size() - kHeaders;
    Packet whole(frame.begin(), frame.begin() + kHeaders);
    for (const auto& [offset, bytes] : p.fragments) {
        if (offset != whole.size() - kHeaders) return {};
        whole.insert(whole.end(), bytes.begin(), bytes.end());
    }
    if (p.length == 0 || whole.size() != kHeaders + p.length) return {};
    partial_.erase(key);
    auto& header = *reinterpret_cast<net::Ipv4Header*>(whole.data() + sizeof(net::EtherHeader));
    header.flags_offset = 0;
    header.total_length = static_cast<u16>(whole.size() - sizeof(net::EtherHeader));
    return whole;
}

}  // namespace sim
