// The options of neighbor discovery (RFC 4861 section 4.6), and those that later RFCs add.
#include "net/dump/icmp_message.h"

namespace net {
namespace {

constexpr usize kUnit = 8;  // of an option's length
constexpr u8 kPrefixInformation = 3, kRedirected = 4, kRoute = 24, kServers = 25, kSearch = 31;
constexpr u32 kAll = ~u32{0};

// The data of an option begins behind its two bytes of type and length.
constexpr Name kPrefixFlags[] = {{0x80, "on-link"}, {0x40, "autonomous"}, {0x20, "router address"}};
constexpr Name kPreferences[] = {{0, "medium"}, {1, "high"}, {2, "reserved"}, {3, "low"}};
constexpr Field kAddress[] = {{"", 0, 6, Show::Mac}};
constexpr Field kPrefix[] = {{"flags", 1, 1, Show::Bits, kPrefixFlags},
                             {"valid lifetime", 2, 4, Show::Seconds},
                             {"preferred lifetime", 6, 4, Show::Seconds},
                             {"reserved", 10, 4, Show::Unused}};
constexpr Field kMtu[] = {{"reserved", 0, 2, Show::Unused}, {"", 2, 4, Show::Bytes}};
constexpr Field kRouteInformation[] = {
    {"preference", 1, 1, Show::Number, kPreferences, 0x18},
    {"reserved", 1, 1, Show::Unused, {}, 0xe7},
    {"lifetime", 2, 4, Show::Seconds},
};
constexpr Field kLifetime[] = {{"reserved", 0, 2, Show::Unused}, {"lifetime", 2, 4, Show::Seconds}};
constexpr Field kReserved[] = {{"reserved", 0, 6, Show::Unused, {}, kAll}};

constexpr OptionKind kKinds[] = {
    {1, "source link-layer address", kAddress},
    {2, "target link-layer address", kAddress},
    {kPrefixInformation, "prefix information", kPrefix},
    {kRedirected, "redirected header", kReserved},
    {5, "MTU", kMtu},
    {7, "advertisement interval", {}},
    {8, "home agent information", {}},
    {14, "nonce", {}},
    {kRoute, "route information", kRouteInformation},
    {kServers, "recursive DNS servers", kLifetime},
    {26, "flags extension", {}},
    {kSearch, "DNS search list", kLifetime},
    {37, "captive portal", {}},
    {38, "PREF64", {}},
};
// Bytes of data in front of the addresses and names of those that have some, and of a prefix.
constexpr usize kFixed = 6, kPrefixAt = 14;

void dump_names(DumpWriter& w, Bytes b) {
    while (!b.empty() && b[0] != 0) {
        w.label("DNS search domain");
        while (!b.empty() && b[0] != 0 && b[0] < b.size()) {
            print_text(w, b.subspan(1, b[0]));
            w.print(".");
            b = b.subspan(usize{1} + b[0]);
        }
        w.end_line();
        if (b.empty() || b[0] != 0) break;  // the name does not end
        b = b.subspan(1);
    }
    dump_rest(w, "Padding", Piece{b}, "behind the names");
}

// A line with "2001:db8::/64". The prefix of a route may be cut to 8 of its 16 bytes, or to none.
void dump_prefix(DumpWriter& w, u8 type, usize at, Bytes data) {
    const OptionKind& kind = *find_option(kKinds, type);
    Ipv6Addr prefix{};
    const Bytes here = at_most(behind(data, at), sizeof prefix);
    if (!here.empty()) memcpy(&prefix, here.data(), here.size());
    w.label("Option");
    w.print("%u (%s): ", type, kind.name);
    if (!here.empty()) w.print("%s", format_addr(prefix).text);
    w.print("/%u", data[0]);
    print_fields(w, kind.fields, data.first(at), ", ");
    print_data(w, behind(data, at + sizeof prefix));
    w.end_line();
}

void dump_one(DumpWriter& w, u8 type, Bytes data) {
    if (type == kRoute) return dump_prefix(w, type, kFixed, data);
    if (type == kPrefixInformation && data.size() >= kPrefixAt + sizeof(Ipv6Addr))
        return dump_prefix(w, type, kPrefixAt, data);
    const bool has_list = type == kServers || type == kSearch || type == kRedirected;
    dump_option(w, "Option", kKinds, type, has_list ? at_most(data, kFixed) : data);
    if (type == kServers)
        dump_addresses(w, "DNS server", behind(data, kFixed), sizeof(Ipv6Addr));
    else if (type == kSearch)
        dump_names(w, behind(data, kFixed));
}

}  // namespace

void dump_ndp_options(DumpWriter& w, const Piece& p, const DumpContext& ip) {
    Piece rest = p, redirected{Bytes{}};
    while (rest.here.size() >= 2) {
        const usize length = rest.here[1] * kUnit;
        if (length == 0 || length > rest.here.size()) break;
        dump_one(w, rest.here[0], rest.here.subspan(2, length - 2));
        // Its sections come behind the options'.
        if (rest.here[0] == kRedirected) redirected = rest.first(length).behind(2 + kFixed);
        rest = rest.behind(length);
    }
    if (!rest.empty() && rest.whole()) w.note("malformed: an NDP option with an impossible length");
    dump_bytes(w, "Option", rest.here);
    if (redirected.empty()) return;
    dump_rest(w, "Padding", dump_quote(w, redirected, ip, true), "behind the quoted packet");
}

}  // namespace net
