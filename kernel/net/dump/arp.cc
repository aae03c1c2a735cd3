// ARP for IPv4 over Ethernet (RFC 826), reverse (RFC 903) and inverse ARP (RFC 2390).
#include "net/wire/arp.h"

#include "net/dump/fields.h"
#include "net/dump/layers.h"

namespace net {
namespace {

constexpr Name kOperations[] = {{1, "request"},       {2, "reply"},           {3, "reverse request"},
                                {4, "reverse reply"}, {8, "inverse request"}, {9, "inverse reply"},
                                {10, "NAK"}};
constexpr Name kHardwareTypes[] = {{1, "Ethernet"},     {6, "IEEE 802"},       {7, "ARCNET"},
                                   {15, "Frame Relay"}, {18, "Fibre Channel"}, {24, "IEEE 1394"},
                                   {32, "InfiniBand"}};

constexpr Field kFixed[] = {
    {"Hardware type", 0, 2, Show::Number, kHardwareTypes},
    {"Protocol type", 2, 2, Show::Type},
    {"Hardware length", 4, 1, Show::Bytes},
    {"Protocol length", 5, 1, Show::Bytes},
    {"Operation", 6, 2, Show::Number, kOperations},
};
constexpr usize kFixedSize = 8;
constexpr Field kAddresses[] = {
    {"Sender MAC", 8, 6, Show::Mac},
    {"Sender IP", 14, 4, Show::Ipv4},
    {"Target MAC", 18, 6, Show::Mac},
    {"Target IP", 24, 4, Show::Ipv4},
};

// Both texts say what a request or a reply means. The other operations have their names alone.
void dump_meaning(DumpWriter& w, const ArpPacket& a) {
    const auto sender = format_addr(a.sender_ip), target = format_addr(a.target_ip);
    const auto mac = format_addr(a.sender_mac);
    if (a.operation() != ArpOperation::Request && a.operation() != ArpOperation::Reply) {
        return w.say(" ARP %s (%u) length %zu", look_up(kOperations, a.operation_code), +a.operation_code,
                     sizeof a);
    }
    if (a.is_announcement() && !a.is_probe()) {
        w.field("Meaning", "%s is at %s (announcement)", sender.text, mac.text);
        w.say(" ARP %s is at %s (announcement)", sender.text, mac.text);
    } else if (a.operation() == ArpOperation::Reply) {
        w.field("Meaning", "%s is at %s", sender.text, mac.text);
        w.say(" ARP %s is at %s", sender.text, mac.text);
    } else {
        const char* probe = a.is_probe() ? " (probe)" : "";
        w.field("Meaning", "who has %s? tell %s%s", target.text, sender.text, probe);
        w.say(" ARP who has %s? tell %s%s", target.text, sender.text, probe);
    }
}

// Addresses of other lengths: in hex, in the order of RFC 826.
Piece dump_other_addresses(DumpWriter& w, const ArpPacket& a, const Piece& p) {
    constexpr const char* kNames[] = {"Sender hardware", "Sender protocol", "Target hardware",
                                      "Target protocol"};
    w.say(" ARP %s (%u) for %s (%u) length %zu", look_up(kOperations, a.operation_code), +a.operation_code,
          look_up(kHardwareTypes, a.hardware_type), +a.hardware_type, p.length);
    Piece rest = p.behind(offsetof(ArpPacket, sender_mac));
    for (int i = 0; i < 4; i++) {
        const usize length = i % 2 == 0 ? a.hardware_length : a.protocol_length;
        if (length > rest.here.size()) {
            w.note("truncated: an address takes %zu bytes, %zu are here", length, rest.here.size());
            break;
        }
        w.label(kNames[i]);
        w.hex(rest.here.first(length));
        w.end_line();
        rest = rest.behind(length);
    }
    return rest;
}

}  // namespace

Piece dump_arp(DumpWriter& w, const Piece& piece) {
    const Partial<ArpPacket> p(piece);
    const ArpPacket& a = p.header;
    const bool has_lengths = piece.here.size() >= kFixedSize;
    w.section("ARP");
    if (!has_lengths || (a.is_ipv4_over_ethernet() && !p.whole())) w.say(" ARP");
    if (!dump_fields(w, "an ARP packet", has_lengths ? kFixedSize : sizeof a, kFixed, piece))
        return piece.behind(piece.length);
    if (!a.is_ipv4_over_ethernet()) return dump_other_addresses(w, a, piece);
    if (dump_fields(w, "an ARP packet", sizeof a, kAddresses, piece)) dump_meaning(w, a);
    return piece.behind(sizeof a);
}

}  // namespace net
