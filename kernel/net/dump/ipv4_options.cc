// The options of IPv4 (RFC 791 section 3.1).
#include "net/dump/fields.h"
#include "net/dump/layers.h"
#include "net/wire/ipv4.h"
#include "net/wire/options.h"

namespace net {
namespace {

// RFC 2113. RFC 5350 has other values, which no protocol uses.
constexpr Name kAlerts[] = {{0, "every router examines the packet"}};
constexpr Field kAlert[] = {{"value", 0, 2, Show::Number, kAlerts}};
constexpr Field kStream[] = {{"", 0, 2}};
constexpr Field kDomain[] = {{"domain of interpretation", 0, 4}};

constexpr Name kLevels[] = {
    {0x3d, "top secret"}, {0x5a, "secret"}, {0x96, "confidential"}, {0xab, "unclassified"}};
constexpr Field kSecurity[] = {{"classification", 0, 1, Show::Hex, kLevels}};
// RFC 791's option of 11 bytes; RFC 1108's is shorter.
constexpr Name kOldLevels[] = {{0x0000, "unclassified"}, {0xf135, "confidential"}, {0x789a, "EFTO"},
                               {0xbc4d, "MMMM"},         {0x5e26, "PROG"},         {0xaf13, "restricted"},
                               {0xd788, "secret"},       {0x6bc5, "top secret"}};
constexpr Field kOldSecurity[] = {{"classification", 0, 2, Show::Hex, kOldLevels},
                                  {"compartments", 2, 2, Show::Hex},
                                  {"handling restrictions", 4, 2, Show::Hex},
                                  {"transmission control code", 6, 3, Show::Hex}};
constexpr usize kOldSecuritySize = 9;

constexpr Name kStampKinds[] = {
    {0, "times alone"}, {1, "addresses and times"}, {3, "times of the named addresses"}};
constexpr Field kStamps[] = {{"pointer", 0, 1},
                             {"overflow", 1, 1, Show::Number, {}, 0xf0},
                             {"flag", 1, 1, Show::Number, kStampKinds, 0x0f}};
constexpr Field kTime[] = {{"", 0, 4, Show::TimeOfDay}};
constexpr Field kAddressAndTime[] = {{"", 0, 4, Show::Ipv4}, {"at", 4, 4, Show::TimeOfDay}};

constexpr OptionKind kKinds[] = {
    {number(Ipv4OptionKind::End), "end of options", {}},
    {number(Ipv4OptionKind::Nop), "no operation", {}},
    {number(Ipv4OptionKind::RecordRoute), "record route", {}},
    {11, "MTU probe", {}},
    {12, "MTU reply", {}},
    {25, "quick start", {}},
    {number(Ipv4OptionKind::Timestamp), "timestamp", {}},
    {82, "traceroute", {}},
    {number(Ipv4OptionKind::Security), "security", kSecurity},
    {number(Ipv4OptionKind::LooseSourceRoute), "loose source route", {}},
    {133, "extended security", {}},
    {number(Ipv4OptionKind::Cipso), "commercial security", kDomain},
    {number(Ipv4OptionKind::StreamId), "stream identifier", kStream},
    {number(Ipv4OptionKind::StrictSourceRoute), "strict source route", {}},
    {number(Ipv4OptionKind::RouterAlert), "router alert", kAlert},
};

// A pointer, then four bytes for each address.
void print_route(DumpWriter& w, Bytes data) {
    if (data.empty()) return;
    w.print(", pointer %u:", data[0]);
    Bytes rest = data.subspan(1);
    for (; rest.size() >= sizeof(Ipv4Addr); rest = rest.subspan(sizeof(Ipv4Addr))) {
        w.print(" %s", format_addr(*header_of<Ipv4Addr>(rest)).text);
    }
    print_data(w, rest);
}

void print_stamps(DumpWriter& w, Bytes data) {
    constexpr usize kHead = 2;
    print_fields(w, kStamps, at_most(data, kHead));
    const bool times_alone = data.size() >= kHead && (data[1] & 0x0f) == 0;
    const Fields entry = times_alone ? Fields{kTime} : Fields{kAddressAndTime};
    Bytes rest = behind(data, kHead);
    for (; rest.size() >= entry.back().end(); rest = rest.subspan(entry.back().end()))
        print_fields(w, entry, rest.first(entry.back().end()), "; ");
    print_data(w, rest);
}

void dump_ip_option(DumpWriter& w, const HeaderOption& o) {
    const OptionKind* kind = find_option(kKinds, o.kind);
    const bool is_old =
        Ipv4OptionKind{o.kind} == Ipv4OptionKind::Security && o.data.size() == kOldSecuritySize;
    w.label("IP option");
    w.print("%u (%s)", o.kind, kind ? kind->name : "unknown");
    switch (Ipv4OptionKind{o.kind}) {
        case Ipv4OptionKind::RecordRoute:
        case Ipv4OptionKind::LooseSourceRoute:
        case Ipv4OptionKind::StrictSourceRoute: print_route(w, o.data); break;
        case Ipv4OptionKind::Timestamp: print_stamps(w, o.data); break;
        default: print_fields(w, is_old ? kOldSecurity : kind ? kind->fields : Fields{}, o.data); break;
    }
    w.end_line();
}

}  // namespace

void dump_ipv4_options(DumpWriter& w, Bytes options) {
    HeaderOptions walk(options);
    while (const auto o = walk.next()) dump_ip_option(w, *o);
    dump_options_rest(w, "IP option", walk);
}

}  // namespace net
