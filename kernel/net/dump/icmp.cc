// ICMP (RFC 792) and its later types.
#include "net/wire/icmp.h"

#include "net/dump/icmp_message.h"

namespace net {
namespace {

using Unreachable = IcmpUnreachableCode;
constexpr Name kUnreachableCodes[] = {
    {number(Unreachable::Net), "network unreachable"},
    {number(Unreachable::Host), "host unreachable"},
    {number(Unreachable::Protocol), "protocol unreachable"},
    {number(Unreachable::Port), "port unreachable"},
    {number(Unreachable::FragmentationNeeded), "fragmentation needed"},
    {number(Unreachable::SourceRouteFailed), "source route failed"},
    {number(Unreachable::NetUnknown), "network unknown"},
    {number(Unreachable::HostUnknown), "host unknown"},
    {number(Unreachable::SourceHostIsolated), "source host isolated"},
    {number(Unreachable::NetProhibited), "network prohibited"},
    {number(Unreachable::HostProhibited), "host prohibited"},
    {number(Unreachable::NetTos), "network unreachable for this service"},
    {number(Unreachable::HostTos), "host unreachable for this service"},
    {number(Unreachable::Prohibited), "communication prohibited"},
    {number(Unreachable::HostPrecedence), "host precedence violation"},
    {number(Unreachable::PrecedenceCutoff), "precedence cutoff"},
};

constexpr Name kRedirectCodes[] = {{0, "for the network"},
                                   {1, "for the host"},
                                   {2, "for the service and the network"},
                                   {3, "for the service and the host"}};
constexpr Name kTimeExceededCodes[] = {{0, "TTL exceeded in transit"}, {1, "reassembly time exceeded"}};
constexpr Name kParameterCodes[] = {
    {0, "pointer tells the error"}, {1, "a required option is missing"}, {2, "bad length"}};

constexpr u32 kAll = ~u32{0};
constexpr Field kUnused[] = {{"Unused", 4, 4, Show::Unused}};
// Byte 5 is the length of the quote (RFC 4884).
constexpr Field kUnreachable[] = {{"Unused", 4, 1, Show::Unused}, {"Unused", 6, 2, Show::Unused}};
constexpr Field kTooBig[] = {{"Unused", 4, 1, Show::Unused},
                             {"Next-hop MTU", 6, 2, Show::Bytes, {}, kAll, "MTU"}};
constexpr Field kParameter[] = {{"Pointer", 4, 1, Show::Number, {}, kAll, "at byte"},
                                {"Unused", 6, 2, Show::Unused}};
constexpr Field kGateway[] = {{"Gateway", 4, 4, Show::Ipv4, {}, kAll, "to"}};
constexpr Field kRouters[] = {
    {"Addresses", 4, 1}, {"Address entry size", 5, 1}, {"Lifetime", 6, 2, Show::Seconds}};
// Every type with an identifier begins like an echo.
constexpr Field kIdentified[] = {{"Identifier", 4, 2, Show::Both, {}, kAll, "id"},
                                 {"Sequence number", 6, 2, Show::Number, {}, kAll, "seq"},
                                 {"Originate time", 8, 4, Show::TimeOfDay},
                                 {"Receive time", 12, 4, Show::TimeOfDay},
                                 {"Transmit time", 16, 4, Show::TimeOfDay}};
constexpr Fields kEcho = Fields{kIdentified}.first(2);
constexpr Field kMask[] = {
    kIdentified[0], kIdentified[1], {"Address mask", 8, 4, Show::Ipv4, {}, kAll, "mask"}};

constexpr u8 kAny = IcmpKind::kAnyCode;
constexpr u8 type(IcmpType t) { return static_cast<u8>(t); }
constexpr u8 code(Unreachable c) { return static_cast<u8>(c); }
using enum IcmpBody;

constexpr IcmpKind kKinds[] = {
    {type(IcmpType::EchoReply), kAny, 8, Data, "echo reply", {}, kEcho},
    {type(IcmpType::Unreachable), code(Unreachable::FragmentationNeeded), 8, ExtensibleQuote,
     "destination unreachable", kUnreachableCodes, kTooBig},
    {type(IcmpType::Unreachable), kAny, 8, ExtensibleQuote, "destination unreachable", kUnreachableCodes,
     kUnreachable},
    {type(IcmpType::SourceQuench), kAny, 8, Quote, "source quench", {}, kUnused},
    {type(IcmpType::Redirect), kAny, 8, Quote, "redirect", kRedirectCodes, kGateway},
    {type(IcmpType::EchoRequest), kAny, 8, Data, "echo request", {}, kEcho},
    {type(IcmpType::RouterAdvertisement), kAny, 8, Routers, "router advertisement", {}, kRouters},
    {type(IcmpType::RouterSolicitation), kAny, 8, Data, "router solicitation", {}, kUnused},
    {type(IcmpType::TimeExceeded), kAny, 8, ExtensibleQuote, "time exceeded", kTimeExceededCodes,
     kUnreachable},
    {type(IcmpType::ParameterProblem), kAny, 8, ExtensibleQuote, "parameter problem", kParameterCodes,
     kParameter},
    {type(IcmpType::TimestampRequest), kAny, 20, Data, "timestamp request", {}, kIdentified},
    {type(IcmpType::TimestampReply), kAny, 20, Data, "timestamp reply", {}, kIdentified},
    {type(IcmpType::InformationRequest), kAny, 8, Data, "information request", {}, kEcho},
    {type(IcmpType::InformationReply), kAny, 8, Data, "information reply", {}, kEcho},
    {type(IcmpType::AddressMaskRequest), kAny, 12, Data, "address mask request", {}, kMask},
    {type(IcmpType::AddressMaskReply), kAny, 12, Data, "address mask reply", {}, kMask},
    {30, kAny, 8, Data, "traceroute", {}, kRestOfHeader},
    {37, kAny, 8, Data, "domain name request", {}, kEcho},  // RFC 1788
    {38, kAny, 8, Data, "domain name reply", {}, kEcho},
    {40, kAny, 8, Data, "Photuris", {}, kRestOfHeader},
    {type(IcmpType::ExtendedEchoRequest), kAny, 8, Extension, "extended echo request", {}, kProbe},
    {type(IcmpType::ExtendedEchoReply), kAny, 8, Data, "extended echo reply", kProbeCodes, kProbeReply},
};

constexpr IcmpFamily kFamily = {"ICMP", " ICMP", kKinds, false};

}  // namespace

void dump_icmp(DumpWriter& w, const Piece& p, const DumpContext& ip) { dump_icmp_message(w, kFamily, p, ip); }

}  // namespace net
