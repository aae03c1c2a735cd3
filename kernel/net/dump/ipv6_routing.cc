// IPv6's routing header (RFC 8200 section 4.4): the source route of RFC 5095, which deprecates it, the
// mobility of RFC 6275, and segment routing (RFC 8754).
#include "net/dump/fields.h"
#include "net/dump/layers.h"
#include "net/wire/ipv6_extensions.h"

namespace net {
namespace {

constexpr Name kRoutings[] = {
    {0, "source route"}, {2, "mobility"}, {3, "RPL source route"}, {4, "segment routing"}};
constexpr Field kRouting[] = {{"Routing type", 2, 1, Show::Number, kRoutings}, {"Segments left", 3, 1}};
constexpr Field kSourceRoute[] = {{"Reserved", 4, 4, Show::Unused}};
constexpr Field kSegmentRouting[] = {
    {"Last entry", 4, 1}, {"Flags", 5, 1, Show::Hex}, {"Tag", 6, 2, Show::Hex}};
constexpr usize kAddressesAt = 8;  // of the types below

bool is_source_route(u8 type) { return type == 0 || type == 2; }
bool is_segment_routing(u8 type) { return type == 4; }

// The addresses of a routing header; none of a type whose form is another.
std::span<const Ipv6Addr> addresses_of(Bytes header) {
    const auto* h = header_of<Ipv6RoutingHeader>(header);
    if (!h || header.size() < kAddressesAt) return {};
    usize n = (header.size() - kAddressesAt) / sizeof(Ipv6Addr);
    if (is_segment_routing(h->type))
        n = n < header[4] + usize{1} ? n : header[4] + usize{1};  // TLVs follow
    else if (!is_source_route(h->type))
        n = 0;
    return {reinterpret_cast<const Ipv6Addr*>(header.data() + kAddressesAt), n};
}

}  // namespace

// The last address is the final destination; segment routing has the addresses in reverse order.
const Ipv6Addr* final_destination_of(Bytes header) {
    const auto addresses = addresses_of(header);
    if (addresses.empty() || header[3] == 0) return nullptr;
    return is_segment_routing(header[2]) ? &addresses.front() : &addresses.back();
}

void dump_routing(DumpWriter& w, const Piece& header) {
    const u8 type = header.here.size() > 2 ? header.here[2] : 0xff;
    const bool known = is_source_route(type) || is_segment_routing(type);
    if (!dump_fields(w, "a routing header", sizeof(Ipv6RoutingHeader), kRouting, header)) return;
    if (known &&
        !dump_fields(w, "a routing header", kAddressesAt,
                     is_segment_routing(type) ? Fields{kSegmentRouting} : Fields{kSourceRoute}, header))
        return;
    const auto addresses = addresses_of(header.here);
    for (const Ipv6Addr& a : addresses) w.field("Address", "%s", format_addr(a).text);
    const usize shown = known ? kAddressesAt + addresses.size_bytes() : sizeof(Ipv6RoutingHeader);
    dump_bytes(w, "Data", behind(header.here, shown));
}

}  // namespace net
