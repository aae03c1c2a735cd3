#include "tests/wire/too_long.h"

#include <algorithm>
#include <cstring>

#include "net/wire/ether.h"
#include "net/wire/icmp.h"

using namespace net;

namespace wire {

static std::optional<Ipv4Packet> packet_in(Bytes frame) {
    const auto ether = EtherFrame::parse(frame);
    if (!ether || ether->type() != EtherType::Ipv4) return std::nullopt;
    return Ipv4Packet::parse(ether->payload());
}

bool is_longer_than(Bytes frame, usize mtu) {
    const auto packet = packet_in(frame);
    return packet && packet->bytes().size() > mtu;
}

static Frame fragment(Bytes frame, const Ipv4Packet& whole, usize offset, usize length) {
    const usize headers = sizeof(EtherHeader) + whole.header().header_length();
    Frame f(frame.begin(), frame.begin() + static_cast<long>(headers));
    const Bytes part = whole.payload().subspan(offset, length);
    f.insert(f.end(), part.begin(), part.end());
    auto& h = *reinterpret_cast<Ipv4Header*>(f.data() + sizeof(EtherHeader));
    const bool last = offset + length == whole.payload().size() && !h.more_fragments();
    h.total_length = static_cast<u16>(f.size() - sizeof(EtherHeader));
    h.flags_offset =
        static_cast<u16>((h.fragment_offset() + offset) / 8 | (last ? 0 : Ipv4Header::kMoreFragments));
    h.checksum = 0;
    h.checksum = checksum_of(Bytes(f).subspan(sizeof(EtherHeader), h.header_length()));
    return f;
}

std::vector<Frame> fragments_of(Bytes frame, usize mtu) {
    std::vector<Frame> fragments;
    const auto whole = packet_in(frame);
    if (!whole || whole->header().dont_fragment() || mtu < whole->header().header_length() + 8)
        return fragments;
    const usize most = (mtu - whole->header().header_length()) & ~usize{7};  // offsets count 8 bytes
    for (usize offset = 0; offset < whole->payload().size(); offset += most)
        fragments.push_back(
            fragment(frame, *whole, offset, std::min(most, whole->payload().size() - offset)));
    return fragments;
}

static bool must_not_be_answered(const EtherHeader& ether, const Ipv4Packet& packet) {
    if (ether.dst.is_group() || packet.dst().is_multicast() || packet.dst().is_broadcast()) return true;
    if (packet.header().fragment_offset()) return true;
    const auto icmp = IcmpMessage::parse(packet.payload());
    return packet.protocol() == IpProtocol::Icmp && (!icmp || icmp->is_error());
}

Frame fragmentation_needed(Bytes frame, usize mtu) {
    const auto packet = packet_in(frame);
    const auto& ether = *header_of<EtherHeader>(frame);
    if (!packet || must_not_be_answered(ether, *packet)) return {};
    // RFC 1812 section 4.3.2.3: as much of the packet as fits into 576 bytes.
    constexpr usize kHeaders = sizeof(EtherHeader) + sizeof(Ipv4Header) + sizeof(IcmpHeader);
    const Bytes quote = packet->bytes().first(std::min(packet->bytes().size(), usize{576 - 28}));
    Frame f(kHeaders + quote.size());
    std::copy(quote.begin(), quote.end(), f.begin() + kHeaders);
    const MutBytes message = MutBytes(f).subspan(sizeof(EtherHeader) + sizeof(Ipv4Header));
    emit_icmp(message, IcmpType::Unreachable, static_cast<u8>(IcmpUnreachableCode::FragmentationNeeded), 0,
              static_cast<u16>(mtu));
    const auto ip = Ipv4Header::make(packet->dst(), packet->src(), IpProtocol::Icmp, message.size());
    const auto to_sender = EtherHeader::make(ether.src, ether.dst, EtherType::Ipv4);
    std::memcpy(f.data(), &to_sender, sizeof to_sender);
    std::memcpy(f.data() + sizeof to_sender, &ip, sizeof ip);
    return f;
}

}  // namespace wire
