// ARP for IPv4 over Ethernet (RFC 826), reverse (RFC 903) and inverse ARP (RFC 2390).
#include "net/wire/arp.h"

#include "net/dump/layers.h"

namespace net {
namespace {

constexpr Name kOperations[] = {{1, "request"},       {2, "reply"},           {3, "reverse request"},
                                {4, "reverse reply"}, {8, "inverse request"}, {9, "inverse reply"},
                                {10, "NAK"}};
constexpr Name kHardwareTypes[] = {{1, "Ethernet"},     {6, "IEEE 802"},       {7, "ARCNET"},
                                   {15, "Frame Relay"}, {18, "Fibre Channel"}, {24, "IEEE 1394"},
                                   {32, "InfiniBand"}};

void dump_fixed_fields(DumpWriter& w, Partial<ArpPacket>& p) {
    const ArpPacket& a = p.header;
    if (p.has(a.hardware_type))
        w.field("Hardware type", "%u (%s)", +a.hardware_type, look_up(kHardwareTypes, a.hardware_type));
    if (p.has(a.protocol_type))
        w.field("Protocol type", "0x%04x (%s)", +a.protocol_type, name_of(EtherType{u16{a.protocol_type}}));
    if (p.has(a.hardware_length)) w.field("Hardware length", "%u bytes", a.hardware_length);
    if (p.has(a.protocol_length)) w.field("Protocol length", "%u bytes", a.protocol_length);
    if (p.has(a.operation_code))
        w.field("Operation", "%u (%s)", +a.operation_code, look_up(kOperations, a.operation_code));
}

void dump_addresses(DumpWriter& w, Partial<ArpPacket>& p) {
    const ArpPacket& a = p.header;
    if (p.has(a.sender_mac)) w.field("Sender MAC", "%s", format_addr(a.sender_mac).text);
    if (p.has(a.sender_ip)) w.field("Sender IP", "%s", format_addr(a.sender_ip).text);
    if (p.has(a.target_mac)) w.field("Target MAC", "%s", format_addr(a.target_mac).text);
    if (p.has(a.target_ip)) w.field("Target IP", "%s", format_addr(a.target_ip).text);
}

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
    Partial<ArpPacket> p(piece);
    const ArpPacket& a = p.header;
    w.section("ARP");
    dump_fixed_fields(w, p);
    if (p.has(a.operation_code) && !a.is_ipv4_over_ethernet()) return dump_other_addresses(w, a, piece);
    dump_addresses(w, p);
    if (!p.whole()) {
        w.say(" ARP");
        dump_cut_header(w, "an ARP packet", sizeof a, piece.here.size(), p.rest());
    } else {
        dump_meaning(w, a);
    }
    return piece.behind(sizeof a);
}

}  // namespace net
