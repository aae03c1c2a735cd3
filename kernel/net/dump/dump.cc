// The dump's way in, and the link layer: Ethernet, VLAN tags, ARP.
#include "net/dump/dump.h"

#include "net/dump/brief.h"
#include "net/dump/layers.h"
#include "net/wire/arp.h"

namespace net {
namespace {

// More tags than any network uses are a mistake or a trick: the rest is shown as bytes.
constexpr int kMaxVlanTags = 4;

void dump_ether_payload(DumpWriter& w, EtherType type, Bytes b) {
    switch (type) {
        case EtherType::Ipv4: return dump_ipv4(w, b, Quoted::No);
        case EtherType::Ipv6: return dump_ipv6(w, b);
        case EtherType::Arp: return dump_arp(w, b);
        default: return dump_payload(w, b);
    }
}

void print_type(DumpWriter& w, u16 type) {
    w.field("Ethernet type", "0x%04x (%s)", type, name_of(EtherType{type}));
}

bool is_tag(u16 type) { return EtherType{type} == EtherType::Vlan || EtherType{type} == EtherType::QinQ; }

// Prints the tags in front of `b`, takes them off, and returns the type of what is behind them.
u16 dump_vlan_tags(DumpWriter& w, u16 type, Bytes& b) {
    for (int i = 0; is_tag(type) && i < kMaxVlanTags; i++) {
        w.section("VLAN TAG");
        const auto* tag = header_of<VlanTag>(b);
        if (!tag) {
            w.note("truncated: a VLAN tag takes 4 bytes, %zu are here", b.size());
            return type;
        }
        w.field("VLAN", "%u", tag->id());
        w.field("Priority", "%u", tag->priority());
        w.field("Drop eligible", "%s", tag->drop_eligible() ? "yes" : "no");
        type = tag->type;
        print_type(w, type);
        b = b.subspan(sizeof *tag);
    }
    return type;
}

void dump_ether(DumpWriter& w, Bytes frame) {
    const Partial<EtherHeader> p(frame);
    const EtherHeader& h = p.header;
    w.section("MAC LAYER");
    w.field("Frame length", "%zu bytes", frame.size());
    // As an address is read by people, the sender comes first, although it stands second on the wire.
    if (p.has(h.src)) w.field("MAC src", "%s", format_addr(h.src).text);
    if (p.has(h.dst)) w.field("MAC dest", "%s", format_addr(h.dst).text);
    if (!p.has(h.type)) {
        return w.note("truncated: an Ethernet header takes 14 bytes, %zu are here", frame.size());
    }
    print_type(w, h.type);
    Bytes rest = frame.subspan(sizeof h);
    const u16 type = dump_vlan_tags(w, h.type, rest);
    dump_ether_payload(w, EtherType{type}, rest);
}

void dump_arp_addresses(DumpWriter& w, const Partial<ArpPacket>& p) {
    const ArpPacket& a = p.header;
    if (p.has(a.sender_mac)) w.field("Sender MAC", "%s", format_addr(a.sender_mac).text);
    if (p.has(a.sender_ip)) w.field("Sender IP", "%s", format_addr(a.sender_ip).text);
    if (p.has(a.target_mac)) w.field("Target MAC", "%s", format_addr(a.target_mac).text);
    if (p.has(a.target_ip)) w.field("Target IP", "%s", format_addr(a.target_ip).text);
}

void dump_arp_meaning(DumpWriter& w, const ArpPacket& a) {
    const auto sender = format_addr(a.sender_ip), target = format_addr(a.target_ip);
    if (a.is_announcement()) {
        w.field("Meaning", "%s is at %s (announcement)", sender.text, format_addr(a.sender_mac).text);
    } else if (a.operation() == ArpOperation::Reply) {
        w.field("Meaning", "%s is at %s", sender.text, format_addr(a.sender_mac).text);
    } else if (a.operation() == ArpOperation::Request) {
        w.field("Meaning", "who has %s? tell %s%s", target.text, sender.text, a.is_probe() ? " (probe)" : "");
    }
}

}  // namespace

void dump_arp(DumpWriter& w, Bytes b) {
    const Partial<ArpPacket> p(b);
    const ArpPacket& a = p.header;
    w.section("ARP");
    if (p.has(a.hardware_type)) {
        const bool ethernet = a.hardware_type == ArpPacket::kHardwareEthernet;
        w.field("Hardware type", "%u (%s)", +a.hardware_type, ethernet ? "Ethernet" : "unknown");
    }
    if (p.has(a.protocol_type)) {
        w.field("Protocol type", "0x%04x (%s)", +a.protocol_type, name_of(EtherType{u16{a.protocol_type}}));
    }
    if (p.has(a.hardware_length)) w.field("Hardware length", "%u bytes", a.hardware_length);
    if (p.has(a.protocol_length)) w.field("Protocol length", "%u bytes", a.protocol_length);
    if (p.has(a.operation_code)) {
        w.field("Operation", "%u (%s)", +a.operation_code, name_of_arp_operation(a.operation_code));
        if (!a.is_ipv4_over_ethernet()) {
            w.note("not IPv4 over Ethernet: addresses are not decoded");
            return dump_payload(w, b.subspan(8));
        }
    }
    dump_arp_addresses(w, p);
    if (!p.whole()) return w.note("truncated: an ARP packet takes 28 bytes, %zu are here", b.size());
    dump_arp_meaning(w, a);
    if (b.size() > sizeof a) w.field("Padding", "%zu bytes behind the ARP packet", b.size() - sizeof a);
}

void dump_frame(TextSink out, Bytes frame, DumpMode mode) {
    if (mode == DumpMode::Off) return;
    DumpWriter w(out);
    if (mode == DumpMode::Brief) return dump_brief(w, frame);
    dump_ether(w, frame);
    w.end_line();
    w.end_line();
}

}  // namespace net
