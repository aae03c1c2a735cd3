#include "dhcp/frame.h"

#include "lib/string.h"

namespace dhcp {

using namespace net;

Frame::Frame(MacAddr us, Ipv4Addr source, const Destination& to, Bytes message) {
    constexpr usize kUdpAt = sizeof(EtherHeader) + sizeof(Ipv4Header),
                    kMessageAt = kUdpAt + sizeof(UdpHeader);
    const usize datagram = sizeof(UdpHeader) + message.size();
    size_ = kUdpAt + datagram;
    const auto ether = EtherHeader::make(to.mac, us, EtherType::Ipv4);
    const auto ip = Ipv4Header::make(source, to.address, IpProtocol::Udp, datagram);
    memcpy(&bytes_[0], &ether, sizeof ether);
    memcpy(&bytes_[sizeof ether], &ip, sizeof ip);
    memcpy(&bytes_[kMessageAt], message.data(), message.size());
    emit_udp(MutBytes(bytes_).subspan(kUdpAt, datagram), source, kClientPort, to.address, kServerPort);
}

Frame Frame::arp_probe(MacAddr us, Ipv4Addr address) {
    Frame f;
    const auto ether = EtherHeader::make(MacAddr::broadcast(), us, EtherType::Arp);
    const auto arp = ArpPacket::make(ArpOperation::Request, us, Ipv4Addr(), MacAddr(), address);
    memcpy(&f.bytes_[0], &ether, sizeof ether);
    memcpy(&f.bytes_[sizeof ether], &arp, sizeof arp);
    return f;
}

// The datagram in a frame of which all checksums are right.
static std::optional<UdpDatagram> parse_datagram(const EtherFrame& frame) {
    if (frame.type() != EtherType::Ipv4) return std::nullopt;
    const auto ip = Ipv4Packet::parse(frame.payload());
    if (!ip || !ip->header_checksum_ok() || ip->header().is_fragment()) return std::nullopt;
    if (ip->protocol() != IpProtocol::Udp) return std::nullopt;
    const auto udp = UdpDatagram::parse(ip->payload());
    if (!udp || udp->checksum(ip->src(), ip->dst()) == ChecksumVerdict::Bad) return std::nullopt;
    return udp;
}

std::optional<Received> parse_reply(Bytes bytes, MacAddr us) {
    const auto frame = EtherFrame::parse(bytes);
    if (!frame || (frame->dst() != us && frame->dst() != MacAddr::broadcast())) return std::nullopt;
    const auto udp = parse_datagram(*frame);
    if (!udp || udp->src_port() != kServerPort || udp->dst_port() != kClientPort) return std::nullopt;
    const auto reply = Reply::parse(udp->payload());
    if (!reply || reply->client != us || !frame->src().is_station()) return std::nullopt;
    return Received{*reply, frame->src()};
}

std::optional<ArpPacket> parse_arp(Bytes bytes) {
    const auto frame = EtherFrame::parse(bytes);
    if (!frame || frame->type() != EtherType::Arp) return std::nullopt;
    return ArpPacket::parse(frame->payload());
}

}  // namespace dhcp
