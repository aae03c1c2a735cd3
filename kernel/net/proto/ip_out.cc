#include "net/proto/inet.h"
#include "net/proto/ip.h"

namespace net {
namespace {

// Puts the header in front of a whole packet or one fragment, and sends it. Inline: this is the path of every
// packet.
[[gnu::always_inline]] inline Result<> send_piece(Inet& inet, const RouteTable::Hop& hop, MbufPtr& piece,
                                                  const Ipv4Header& header, WhenFull when) {
    auto* at = piece->push_header<Ipv4Header>();
    if (!at) [[unlikely]] {
        inet.bump(Stat::no_mbuf);
        return Errno::NoBufs;
    }
    *at = header;
    inet.bump(Stat::ip_out);
    return hop.interface->send(std::move(piece), hop.neighbour, when);
}

// One fragment for each piece of the chain (RFC 791 section 3.2, "fragmentation"). When one is lost, the rest
// is not sent: nobody could put it together. `header` is the first one's.
[[gnu::noinline]] Result<> send_fragments(Inet& inet, const RouteTable::Hop& hop, MbufPtr m,
                                          Ipv4Header header, WhenFull when) {
    if (m->chain_length() + sizeof header > kMaxIpPacket) return Errno::MsgSize;
    for (usize offset = 0; m;) {
        MbufPtr rest = m->detach();
        const usize length = m->length();
        if (length > kMaxFragment || (rest && length % 8)) return Errno::MsgSize;
        const u16 more = rest ? Ipv4Header::kMoreFragments : u16{0};
        header.total_length = static_cast<u16>(sizeof header + length);
        header.flags_offset = static_cast<u16>(offset / 8 | more);
        header.set_checksum();
        inet.bump(Stat::ip_fragments_out);
        TRY(send_piece(inet, hop, m, header, when));
        offset += length;
        m = std::move(rest);
    }
    return {};
}

}  // namespace

Result<> ip_out(Inet& inet, MbufPtr m, Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, WhenFull when,
                IpControls controls) {
    const usize length = m->length() + m->parts_length();
    if (length > kMaxIpPayload && m->offload() != Offload::TcpSegments) [[unlikely]]
        return Errno::MsgSize;
    const auto hop = inet.routes().find(dst);
    if (!hop) [[unlikely]] {
        inet.bump(Stat::ip_no_route);
        return Errno::NetUnreach;
    }
    const auto header = Ipv4Header::make(src, dst, protocol, length, inet.next_identification(), controls.ttl,
                                         controls.flags, controls.tos);
    if (!m->more()) [[likely]]
        return send_piece(inet, *hop, m, header, when);
    if (controls.never_fragment) return Errno::MsgSize;
    return send_fragments(inet, *hop, std::move(m), header, when);
}

}  // namespace net
