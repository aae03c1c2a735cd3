#include "net/proto/inet.h"
#include "net/proto/ip.h"
#include "net/proto/ip_fragment.h"

namespace net {
namespace {

// Why a packet may not have this source (RFC 1122 section 3.2.1.3: it must be our address). Counts it.
Errno refuse_source(Inet& inet, Ipv4Addr src) {
    for (usize i = 0; const Interface* interface = inet.interface(i); i++) {
        if (interface->addr() != src) continue;
        inet.bump(Stat::tx_interface_down);
        return Errno::NetDown;
    }
    inet.bump(Stat::ip_not_our_source);
    return Errno::AddrNotAvail;
}

// Checks the source, and searches the routes and the neighbours. Errors, counted: those of refuse_source(),
// NetUnreach (no route).
[[gnu::noinline]] Result<const Hop*> find_hop(Inet& inet, Ipv4Addr src, Ipv4Addr dst) {
    const u64 epoch = inet.hops().epoch();
    if (!inet.is_own(src)) return refuse_source(inet, src);
    const auto route = inet.routes().find(dst);
    if (!route) {
        inet.bump(Stat::ip_no_route);
        return Errno::NetUnreach;
    }
    return inet.hops().remember(src, dst, route->interface->hop_to(route->neighbour), epoch);
}

Ipv4Header* push_header(Inet& inet, Mbuf& m) {
    auto* header = m.push_header<Ipv4Header>();
    if (!header) [[unlikely]]
        inet.bump(Stat::no_mbuf);
    return header;
}

// Sends a whole packet or one fragment, with its header.
Result<> send_piece(Inet& inet, const Hop& hop, MbufPtr& piece, WhenFull when) {
    inet.bump(Stat::ip_out);
    return hop.interface->send(std::move(piece), hop, when);
}

// If one fragment cannot be sent, the rest are not sent: the receiver could not reassemble the packet.
// `header` is the header of the whole packet.
Result<> send_fragments(Inet& inet, const Hop& hop, usize mtu, MbufPtr m, Ipv4Header header, WhenFull when) {
    const bool whole = header.total_length <= mtu;
    Fragments fragments(std::move(m), mtu);
    usize offset = 0;
    do {
        MbufPtr piece = fragments.take();
        if (!piece) {
            inet.bump(Stat::no_mbuf);
            return Errno::NoBufs;
        }
        const usize length = piece->length();
        if (!whole) {
            const u16 more = fragments.left() ? Ipv4Header::kMoreFragments : u16{0};
            header.total_length = static_cast<u16>(sizeof header + length);
            header.flags_offset = static_cast<u16>(offset / 8 | more);
            inet.bump(Stat::ip_fragments_out);
        }
        Ipv4Header* at = push_header(inet, *piece);
        if (!at) return Errno::NoBufs;
        *at = header;
        at->set_checksum();
        TRY(send_piece(inet, hop, piece, when));
        offset += length;
    } while (fragments.left() > 0);
    return {};
}

bool has_fragments(const Mbuf& m) {
    for (const Mbuf* piece = &m; piece; piece = piece->more()) {
        if (piece->fragment_count()) return true;
    }
    return false;
}

// Sends a packet that is in several mbufs or longer than the path MTU. The hop is a copy, because it may
// wait.
[[gnu::noinline]] Result<> send_large(Inet& inet, Hop hop, usize mtu, MbufPtr m, Ipv4Addr src, Ipv4Addr dst,
                                      IpProtocol protocol, WhenFull when, IpControls controls) {
    const usize length = m->chain_length();
    const bool fits = sizeof(Ipv4Header) + length <= mtu;
    if (sizeof(Ipv4Header) + length > kMaxIpPacket || (!fits && controls.never_fragment))
        return Errno::MsgSize;
    if (m->offload() != Offload::None || (has_fragments(*m) && !m->flatten())) return Errno::MsgSize;
    const u16 flags = fits ? controls.flags : u16{0};
    const u16 id = flags ? u16{0} : inet.identification().next(src, dst, protocol);
    const auto header = Ipv4Header::make(src, dst, protocol, length, id, controls.ttl, flags, controls.tos);
    return send_fragments(inet, hop, mtu, std::move(m), header, when);
}

// The number of packets that the device will send for this one.
u32 packets_of(const Mbuf& m) {
    if (m.offload() != Offload::TcpSegments) return 1;
    return static_cast<u32>(m.fragments_length() / m.segment_size()) + 1;
}

[[gnu::noinline]] void apply_path_mtu(Inet& inet, Ipv4Addr dst, usize& mtu, IpControls& controls) {
    const PathMtus::Path path = inet.path_mtus().find(dst);
    if (path.mtu < mtu) mtu = path.mtu;
    if (path.may_fragment && !controls.never_fragment) controls.flags = 0;
}

}  // namespace

Result<> ip_out(Inet& inet, MbufPtr&& m, Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, WhenFull when,
                IpControls controls) {
    const Hop* hop = inet.hops().find(src, dst);
    if (!hop) [[unlikely]]
        hop = TRY(find_hop(inet, src, dst));
    usize mtu = hop->mtu;
    if (!inet.path_mtus().empty()) [[unlikely]]
        apply_path_mtu(inet, dst, mtu, controls);
    const usize length = m->length() + m->fragments_length();
    if (m->more() || sizeof(Ipv4Header) + length > mtu) [[unlikely]] {
        const bool cut_by_device = m->offload() == Offload::TcpSegments;
        if (!cut_by_device)
            return send_large(inet, *hop, mtu, std::move(m), src, dst, protocol, when, controls);
        if (sizeof(Ipv4Header) + m->longest_length() > mtu) return Errno::MsgSize;
    }
    const u16 id = controls.flags ? u16{0} : inet.identification().next(src, dst, protocol, packets_of(*m));
    Ipv4Header* header = push_header(inet, *m);
    if (!header) [[unlikely]]
        return Errno::NoBufs;
    header->emit(src, dst, protocol, length, id, controls.ttl, controls.flags, controls.tos);
    return send_piece(inet, *hop, m, when);
}

}  // namespace net
