// The chain of IPv6's extension headers (RFC 8200 section 4), and AH, which IPv4 has too.
#include "net/wire/ipv6_extensions.h"

#include "net/dump/fields.h"
#include "net/dump/layers.h"
#include "net/dump/switch.h"

namespace net {
namespace {

// More headers than any sender uses: those behind them are shown as bytes.
constexpr int kMaxExtensions = 16;
constexpr usize kShortest = 8;  // bytes of a header

constexpr Name kSections[] = {
    {number(IpProtocol::HopByHop), "HOP-BY-HOP OPTIONS"},
    {number(IpProtocol::Routing), "ROUTING HEADER"},
    {number(IpProtocol::Fragment), "FRAGMENT HEADER"},
    {number(IpProtocol::Ah), "AUTHENTICATION HEADER"},
    {number(IpProtocol::DestinationOptions), "DESTINATION OPTIONS"},
    {number(IpProtocol::Mobility), "MOBILITY HEADER"},
};

constexpr Field kNext[] = {{"Next header", 0, 1, Show::Protocol}};

// --- options ---
constexpr Name kAlerts[] = {{0, "MLD"}, {1, "RSVP"}, {2, "active networks"}};
constexpr Field kLimit[] = {{"limit", 0, 1}};
constexpr Field kAlert[] = {{"value", 0, 2, Show::Number, kAlerts}};
constexpr Field kJumbo[] = {{"payload length", 0, 4, Show::Bytes}};
constexpr Field kHome[] = {{"address", 0, 16, Show::Ipv6}};
constexpr OptionKind kOptions[] = {
    {number(Ipv6OptionKind::Pad1), "Pad1", {}},
    {number(Ipv6OptionKind::PadN), "PadN", {}},
    {number(Ipv6OptionKind::TunnelLimit), "tunnel encapsulation limit", kLimit},
    {number(Ipv6OptionKind::RouterAlert), "router alert", kAlert},
    {0x07, "CALIPSO", {}},
    {0x0f, "performance and diagnostic metrics", {}},
    {0x26, "quick start", {}},
    {0x30, "minimum path MTU", {}},
    {number(Ipv6OptionKind::Jumbo), "jumbo payload", kJumbo},
    {number(Ipv6OptionKind::HomeAddress), "home address", kHome},
};
// RFC 8200 section 4.2: the two highest bits of the kind.
constexpr Name kActions[] = {{0, "unknown, skip it"},
                             {1, "unknown, discard the packet"},
                             {2, "unknown, discard the packet and report it"},
                             {3, "unknown, discard the packet and report it if unicast"}};

bool all_zero(Bytes b) {
    for (const u8 byte : b) {
        if (byte) return false;
    }
    return true;
}

// The data of an option in a whole options header; null without such an option.
template <class Data>
const Data* option_of(Bytes header, Ipv6OptionKind kind) {
    Ipv6Options walk(behind(header, 2));
    while (const auto o = walk.next()) {
        if (o->kind == number(kind)) return header_of<Data>(o->data);
    }
    return nullptr;
}

void dump_ipv6_option(DumpWriter& w, const Ipv6Option& o) {
    if (o.kind == number(Ipv6OptionKind::PadN) && all_zero(o.data))
        return w.field("Option", "1 (PadN): %zu bytes", o.data.size());
    if (find_option(kOptions, o.kind)) return dump_option(w, "Option", kOptions, o.kind, o.data);
    w.label("Option");
    w.print("%u (%s)", o.kind, look_up(kActions, o.kind >> 6));
    print_data(w, o.data);
    w.end_line();
}

void dump_options(DumpWriter& w, const Piece& options) {
    Ipv6Options walk(options.here);
    while (const auto o = walk.next()) dump_ipv6_option(w, *o);
    if (walk.rest().empty()) return;
    if (options.whole()) w.note("malformed: an option with an impossible length");
    dump_bytes(w, "Option", walk.rest());
}

// --- fragments ---
constexpr Field kFragment[] = {{"Reserved", 1, 1, Show::Unused},
                               {"Fragment offset", 2, 2, Show::Units, {}, 0xfff8},
                               {"Reserved bits", 2, 2, Show::Unused, {}, 0x6},
                               {"More fragments", 2, 2, Show::YesNo, {}, 0x1},
                               {"Identification", 4, 4, Show::Both}};

// False when the fragment has no header of the layer above.
bool dump_fragment(DumpWriter& w, const Piece& header, DumpContext& ip) {
    const auto* h = header_of<Ipv6FragmentHeader>(header.here);
    if (!dump_fields(w, "a fragment header", sizeof *h, kFragment, header)) return true;
    if (h->offset() == 0 && !h->more_fragments()) return true;  // atomic (RFC 6946)
    ip.complete = false;
    say_fragment(w, h->offset(), h->more_fragments());
    return h->offset() == 0;
}

// What stands behind the two bytes that all have. False: no header follows.
bool dump_body(DumpWriter& w, IpProtocol kind, const Piece& header, DumpContext& ip) {
    switch (kind) {
        case IpProtocol::HopByHop:
        case IpProtocol::DestinationOptions: dump_options(w, header.behind(2)); break;
        case IpProtocol::Routing: dump_routing(w, header); break;
        case IpProtocol::Fragment: return dump_fragment(w, header, ip);
        case IpProtocol::Ah: dump_ah(w, header); break;
        default:
            w.say(" %s", name_of(kind));
            dump_bytes(w, "Data", behind(header.here, 2));
            break;
    }
    return true;
}

}  // namespace

UpperLayer upper_layer(IpProtocol protocol, Bytes b, bool is_ipv6) {
    UpperLayer u{protocol, b};
    if (!kDumpAll) return u;
    for (int i = 0; i < kMaxExtensions && is_extension(u.protocol, is_ipv6); i++) {
        const auto e = Ipv6Extension::parse(u.protocol, u.bytes);
        if (!e) break;
        const Bytes header = at_most(u.bytes, e->length);
        const auto* f = header_of<Ipv6FragmentHeader>(header);
        const bool later = u.protocol == IpProtocol::Fragment && f && f->offset() != 0;
        if (u.protocol == IpProtocol::Routing) {
            if (const auto* last = final_destination_of(header)) u.final_destination = *last;
        }
        if (u.protocol == IpProtocol::DestinationOptions) {
            if (const auto* home = option_of<Ipv6Addr>(header, Ipv6OptionKind::HomeAddress))
                u.home_address = *home;
        }
        u.protocol = e->next;
        u.bytes = later ? Bytes{} : behind(u.bytes, e->length);
        if (later) break;
    }
    return u;
}

bool is_extension(IpProtocol protocol, bool is_ipv6) {
    return is_ipv6 ? Ipv6Extension::is_one(protocol) : protocol == IpProtocol::Ah;
}

std::optional<u32> jumbo_length(IpProtocol first, Bytes b) {
    if (!kDumpAll) return std::nullopt;
    const auto e = Ipv6Extension::parse(first, b);
    if (!e || first != IpProtocol::HopByHop) return std::nullopt;
    const auto* length = option_of<be32>(at_most(b, e->length), Ipv6OptionKind::Jumbo);
    return length ? std::optional{u32{*length}} : std::nullopt;
}

bool dump_extensions(DumpWriter& w, IpProtocol& protocol, Piece& p, DumpContext& ip) {
    for (int i = 0; i < kMaxExtensions && is_extension(protocol, ip.is_ipv6); i++) {
        const auto e = Ipv6Extension::parse(protocol, p.here);
        const usize length = e ? e->length : kShortest;
        w.section(look_up(kSections, number(protocol), "EXTENSION HEADER"));
        if (!dump_fields(w, "an extension header", 2, kNext, p.first(2))) return false;
        if (protocol != IpProtocol::Fragment) w.field("Header length", "%zu bytes", length);
        const bool more = dump_body(w, protocol, p.first(length), ip);
        if (length > p.here.size() && p.here.size() >= kShortest)
            w.note("truncated: the header takes %zu bytes, %zu are here", length, p.here.size());
        protocol = e->next;
        p = p.behind(length);
        if (more) continue;
        dump_later_fragment(w, protocol, p);
        return false;
    }
    return true;
}

}  // namespace net
