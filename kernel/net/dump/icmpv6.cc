// ICMPv6 (RFC 4443), with neighbor discovery (RFC 4861) and multicast listener discovery (RFC 2710, RFC
// 3810).
#include "net/dump/icmp_message.h"

namespace net {
namespace {

constexpr Name kUnreachableCodes[] = {
    {0, "no route"},
    {1, "administratively prohibited"},
    {2, "beyond the scope of the source"},
    {3, "address unreachable"},
    {4, "port unreachable"},
    {5, "source address failed policy"},
    {6, "route rejected"},
    {7, "bad source routing header"},
    {8, "headers too long"},
};
constexpr Name kTimeExceededCodes[] = {{0, "hop limit exceeded in transit"}, {1, "reassembly time exceeded"}};
constexpr Name kParameterCodes[] = {
    {0, "bad header field"},
    {1, "unknown next header"},
    {2, "unknown option"},
    {3, "first fragment without all headers"},
    {4, "bad segment routing upper layer"},
    {5, "next header unknown to a router"},
    {6, "extension header too long"},
    {7, "chain of extension headers too long"},
    {8, "too many extension headers"},
    {9, "too many options in an extension header"},
    {10, "option too long"},
};
constexpr Name kPreferences[] = {{0, "medium"}, {1, "high"}, {2, "reserved"}, {3, "low"}};

constexpr u32 kAll = ~u32{0};
constexpr Field kReserved[] = {{"Reserved", 4, 4, Show::Unused}};
constexpr Field kExtensible[] = {
    {"Unused", 4, 4, Show::Unused, {}, 0x00ffffff}};  // byte 4 is the length of the quote
constexpr Field kTooBig[] = {{"MTU", 4, 4, Show::Bytes, {}, kAll, "MTU"}};
constexpr Field kPointer[] = {{"Pointer", 4, 4, Show::Number, {}, kAll, "at byte"}};
constexpr Field kEcho[] = {{"Identifier", 4, 2, Show::Both, {}, kAll, "id"},
                           {"Sequence number", 6, 2, Show::Number, {}, kAll, "seq"}};
constexpr Field kRouterAdvertisement[] = {
    {"Current hop limit", 4, 1},
    {"Managed addresses", 5, 1, Show::YesNo, {}, 0x80},
    {"Other settings", 5, 1, Show::YesNo, {}, 0x40},
    {"Home agent", 5, 1, Show::YesNo, {}, 0x20},
    {"Preference", 5, 1, Show::Number, kPreferences, 0x18},
    {"Proxy", 5, 1, Show::YesNo, {}, 0x04},
    {"Reserved", 5, 1, Show::Unused, {}, 0x03},
    {"Router lifetime", 6, 2, Show::Seconds, {}, kAll, "lifetime"},
    {"Reachable time", 8, 4, Show::Milliseconds},
    {"Retransmit timer", 12, 4, Show::Milliseconds},
};
constexpr Field kSolicitation[] = {{"Reserved", 4, 4, Show::Unused},
                                   {"Target", 8, 16, Show::Ipv6, {}, kAll, "for"}};
constexpr Field kAdvertisement[] = {{"Router", 4, 4, Show::YesNo, {}, 0x80000000},
                                    {"Solicited", 4, 4, Show::YesNo, {}, 0x40000000},
                                    {"Override", 4, 4, Show::YesNo, {}, 0x20000000},
                                    {"Reserved", 4, 4, Show::Unused, {}, 0x1fffffff},
                                    {"Target", 8, 16, Show::Ipv6, {}, kAll, "of"}};
constexpr Field kRedirect[] = {{"Reserved", 4, 4, Show::Unused},
                               {"Target", 8, 16, Show::Ipv6, {}, kAll, "to"},
                               {"Destination", 24, 16, Show::Ipv6, {}, kAll, "for"}};
constexpr Field kListener[] = {{"Max response code", 4, 2},
                               {"Reserved", 6, 2, Show::Unused},
                               {"Multicast address", 8, 16, Show::Ipv6, {}, kAll, "group"}};
constexpr Field kMembership[] = {
    {"Max response delay", 4, 2, Show::Milliseconds}, kListener[1], kListener[2]};
constexpr Field kRecords[] = {{"Reserved", 4, 2, Show::Unused},
                              {"Records", 6, 2, Show::Number, {}, kAll, "records"}};

constexpr u8 kAny = IcmpKind::kAnyCode;
using enum IcmpBody;

constexpr IcmpKind kKinds[] = {
    {1, kAny, 8, ExtensibleQuote, "destination unreachable", kUnreachableCodes, kExtensible},
    {2, kAny, 8, Quote, "packet too big", {}, kTooBig},
    {3, kAny, 8, ExtensibleQuote, "time exceeded", kTimeExceededCodes, kExtensible},
    {4, kAny, 8, Quote, "parameter problem", kParameterCodes, kPointer},
    {128, kAny, 8, Data, "echo request", {}, kEcho},
    {129, kAny, 8, Data, "echo reply", {}, kEcho},
    {130, kAny, 24, MldQuery, "multicast listener query", {}, kListener},
    {131, kAny, 24, Data, "multicast listener report", {}, kMembership},
    {132, kAny, 24, Data, "multicast listener done", {}, kMembership},
    {133, kAny, 8, NdpOptions, "router solicitation", {}, kReserved},
    {134, kAny, 16, NdpOptions, "router advertisement", {}, kRouterAdvertisement},
    {135, kAny, 24, NdpOptions, "neighbor solicitation", {}, kSolicitation},
    {136, kAny, 24, NdpOptions, "neighbor advertisement", {}, kAdvertisement},
    {137, kAny, 40, NdpOptions, "redirect", {}, kRedirect},
    {138, kAny, 8, Data, "router renumbering", {}, kRestOfHeader},
    {139, kAny, 8, Data, "node information query", {}, kRestOfHeader},
    {140, kAny, 8, Data, "node information reply", {}, kRestOfHeader},
    {141, kAny, 8, NdpOptions, "inverse neighbor solicitation", {}, kReserved},
    {142, kAny, 8, NdpOptions, "inverse neighbor advertisement", {}, kReserved},
    {143, kAny, 8, MldRecords, "multicast listener report v2", {}, kRecords},
    {144, kAny, 8, Data, "home agent discovery request", {}, kEcho},
    {145, kAny, 8, Data, "home agent discovery reply", {}, kEcho},
    {146, kAny, 8, Data, "mobile prefix solicitation", {}, kEcho},
    {147, kAny, 8, Data, "mobile prefix advertisement", {}, kEcho},
    {148, kAny, 8, NdpOptions, "certification path solicitation", {}, kEcho},
    {149, kAny, 8, Data, "certification path advertisement", {}, kEcho},
    {151, kAny, 8, Data, "multicast router advertisement", {}, kRestOfHeader},
    {152, kAny, 8, Data, "multicast router solicitation", {}, kRestOfHeader},
    {153, kAny, 8, Data, "multicast router termination", {}, kRestOfHeader},
    {155, kAny, 8, Data, "RPL control", {}, kRestOfHeader},
    {160, kAny, 8, Extension, "extended echo request", {}, kProbe},
    {161, kAny, 8, Data, "extended echo reply", kProbeCodes, kProbeReply},
};

constexpr IcmpFamily kFamily = {"ICMPV6", " ICMP6", kKinds, true};

}  // namespace

void dump_icmpv6(DumpWriter& w, const Piece& p, const DumpContext& ip) {
    dump_icmp_message(w, kFamily, p, ip);
}

}  // namespace net
