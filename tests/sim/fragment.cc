#include "fragment.h"

#include <algorithm>

using net::EtherHeader;
using net::Ipv4Header;
using packets::Packet;

namespace sim {
namespace {

constexpr usize kEther = sizeof(EtherHeader), kIp = sizeof(Ipv4Header);

Ipv4Header& header_in(Packet& frame) { return *reinterpret_cast<Ipv4Header*>(frame.data() + kEther); }

Packet piece_of(const Packet& frame, usize first, usize length, bool last) {
    Packet piece(frame.begin(), frame.begin() + kEther + kIp);
    const auto from = frame.begin() + static_cast<long>(kEther + kIp + first);
    piece.insert(piece.end(), from, from + static_cast<long>(length));
    Ipv4Header& h = header_in(piece);
    const usize offset = h.fragment_offset() + first;
    const bool more = !last || h.more_fragments();
    h.total_length = static_cast<u16>(kIp + length);
    h.flags_offset = static_cast<u16>(offset / 8 | (more ? Ipv4Header::kMoreFragments : 0));
    h.set_checksum();
    return piece;
}

}  // namespace

const Ipv4Header* ipv4_of(const Packet& frame) {
    if (frame.size() < kEther + kIp || frame[12] != 0x08 || frame[13] != 0x00) return nullptr;
    return reinterpret_cast<const Ipv4Header*>(frame.data() + kEther);
}

std::vector<Packet> fragments_of(const Packet& frame, usize mtu) {
    const usize most = (mtu - kIp) / 8 * 8, length = frame.size() - kEther - kIp;
    std::vector<Packet> pieces;
    for (usize first = 0; first < length; first += most) {
        const usize n = std::min(most, length - first);
        pieces.push_back(piece_of(frame, first, n, first + n == length));
    }
    return pieces;
}

Packet too_big(const Packet& frame, usize mtu) {
    static constexpr net::Ipv4Addr kRouter{10, 1, 0, 254};
    static constexpr net::MacAddr kRouterMac{{2, 0, 0, 0, 0, 254}};
    const auto& ether = *reinterpret_cast<const EtherHeader*>(frame.data());
    const Packet quote(frame.begin() + kEther, frame.begin() + kEther + kIp + 8);
    const Packet message = packets::icmp(net::IcmpType::Unreachable, 4, 0, static_cast<u16>(mtu), quote);
    const Packet ip = packets::ipv4({.src = kRouter, .dst = ipv4_of(frame)->src, .protocol = 1}, message);
    return packets::ether(ether.src, kRouterMac, net::EtherType::Ipv4, ip);
}

void Renumbering::apply(Packet& frame) {
    if (!ipv4_of(frame) || ipv4_of(frame)->dont_fragment()) return;
    Ipv4Header& h = header_in(frame);
    const Flow flow{h.src.value(), h.dst.value(), h.protocol};
    const auto [at, is_new] = numbers_.try_emplace({flow, h.identification});
    if (is_new) at->second = next_[flow]++;
    h.identification = at->second;
    h.set_checksum();
}

}  // namespace sim
