#include "net/channel/transmit_check.h"

#include "net/wire/arp.h"
#include "net/wire/options.h"
#include "net/wire/tcp.h"
#include "net/wire/udp.h"

namespace net {
namespace {

// Malformed options, or one that lets routers send the packet elsewhere.
[[gnu::noinline]] bool has_bad_options(Bytes options) {
    HeaderOptions list(options);
    while (const auto o = list.next()) {
        const auto kind = Ipv4OptionKind{o->kind};
        if (kind == Ipv4OptionKind::LooseSourceRoute || kind == Ipv4OptionKind::StrictSourceRoute)
            return true;
    }
    return list.malformed();
}

// The header of a packet of `length` bytes, padding included, which is all in `b`. Null: it is invalid.
inline const Ipv4Header* header_of_packet(Bytes b, usize length) {
    const auto* h = header_of<Ipv4Header>(b);
    if (!h || h->version() != 4 || h->header_length() < sizeof *h || h->header_length() > b.size())
        return nullptr;
    return h->total_length < h->header_length() || h->total_length > length ? nullptr : h;
}

// Is the whole header of this protocol there? `b` is its start, `length` what the packet or its first
// fragment has of it.
inline bool has_transport_header(const Ipv4Header& ip, Bytes b, usize length) {
    if (IpProtocol{ip.protocol} == IpProtocol::Udp) {
        const auto* h = header_of<UdpHeader>(b);
        return h && h->length >= sizeof *h && (ip.more_fragments() || h->length <= length);
    }
    const auto* h = header_of<TcpHeader>(b);
    return h && h->header_length() >= sizeof *h && h->header_length() <= length;
}

}  // namespace

[[gnu::noinline]] Result<> TransmitCheck::check_arp(Bytes packet) const {
    const auto p = ArpPacket::parse(packet);
    if (!p) return Errno::Inval;
    const bool known = p->operation() == ArpOperation::Request || p->operation() == ArpOperation::Reply;
    const bool true_sender = p->sender_mac == out_.mac() && p->sender_ip == out_.addr();
    return known && true_sender && !p->sender_ip.is_any() ? Result<>() : Errno::Perm;
}

[[gnu::noinline]] void TransmitCheck::allow_fragments_after(const Ipv4Header& h, usize payload) {
    started_ = {h.src, h.dst, h.protocol, h.identification, payload};
}

[[gnu::noinline]] Result<> TransmitCheck::check_later_fragment(const Ipv4Header& h, usize payload) {
    if (h.fragment_offset() + payload > 65535) return Errno::Inval;
    Started& s = started_;
    const bool same =
        h.src == s.src && h.dst == s.dst && h.protocol == s.protocol && h.identification == s.identification;
    if (s.end == 0 || !same || h.fragment_offset() < s.end) return Errno::Perm;
    s.end = h.more_fragments() ? h.fragment_offset() + payload : 0;
    return {};
}

// The functions below are inlined into one: every frame that a channel sends takes this path.

inline Result<> TransmitCheck::check_transport(const Ipv4Header& h, Bytes transport, usize length) {
    const auto protocol = IpProtocol{h.protocol};
    if (protocol != IpProtocol::Udp && protocol != IpProtocol::Tcp) return Errno::Perm;
    if (!has_transport_header(h, transport, length)) return Errno::Inval;
    if (h.more_fragments() && length % 8 != 0) return Errno::Inval;
    const auto* ports = reinterpret_cast<const be16*>(transport.data());
    if (h.src != out_.addr() || h.src.is_any()) return Errno::Perm;
    if (!claims_.allow({protocol, ports[0], ports[1], h.src, h.dst})) return Errno::Perm;
    if (h.more_fragments()) [[unlikely]]
        allow_fragments_after(h, length);
    return {};
}

inline Result<> TransmitCheck::check_ipv4(Bytes packet, usize length) {
    const Ipv4Header* h = header_of_packet(packet, length);
    if (!h) return Errno::Inval;
    const usize in_front = h->header_length(), payload = h->total_length - in_front;
    const Bytes options = packet.subspan(sizeof *h, in_front - sizeof *h);
    if (!options.empty() && has_bad_options(options)) [[unlikely]]
        return Errno::Perm;
    if (h->fragment_offset() > 0) [[unlikely]]
        return check_later_fragment(*h, payload);
    Bytes transport = packet.subspan(in_front);
    if (transport.size() > payload) transport = transport.first(payload);  // without padding
    return check_transport(*h, transport, payload);
}

Result<> TransmitCheck::check(Bytes head, usize length) {
    const auto frame = EtherFrame::parse(head);
    if (!frame) return Errno::Inval;
    if (frame->src() != out_.mac()) return Errno::Perm;
    if (frame->type() == EtherType::Ipv4) [[likely]]
        return check_ipv4(frame->payload(), length - sizeof(EtherHeader));
    return frame->type() == EtherType::Arp ? check_arp(frame->payload()) : Errno::Perm;
}

usize tcp_headers_for_offload(Bytes head, usize length) {
    const auto frame = EtherFrame::parse(head);
    if (!frame || frame->type() != EtherType::Ipv4) return 0;
    const Bytes packet = frame->payload();
    const Ipv4Header* h = header_of_packet(packet, length - sizeof(EtherHeader));
    if (!h || h->header_length() != sizeof *h || h->is_fragment()) return 0;
    if (IpProtocol{h->protocol} != IpProtocol::Tcp || sizeof(EtherHeader) + h->total_length != length)
        return 0;
    const Bytes transport = packet.subspan(sizeof *h);
    if (!has_transport_header(*h, transport, h->total_length - sizeof *h)) return 0;
    const usize headers = header_of<TcpHeader>(transport)->header_length();
    return headers <= transport.size() ? sizeof(EtherHeader) + sizeof *h + headers : 0;
}

}  // namespace net
