// Ethernet with its VLAN tags; and the dispatch on an Ethernet type, which other link layers share.
#include "net/dump/layers.h"
#include "net/dump/switch.h"

namespace net {
namespace {

// More tags than any network uses are a mistake or an attack: the rest is shown as bytes.
constexpr int kMaxVlanTags = 4;

bool is_tag(u16 type) { return EtherType{type} == EtherType::Vlan || EtherType{type} == EtherType::QinQ; }

bool is_length(u16 type) { return type < 0x600; }  // IEEE 802.3 clause 3.2.6

void print_type(DumpWriter& w, u16 type) {
    if (is_length(type)) return w.field("Length", "%u bytes", type);
    w.field("Ethernet type", "0x%04x (%s)", type, name_of(EtherType{type}));
}

// Prints the tags in front of `p` and takes them off. The type of what follows; nothing when a tag is cut.
std::optional<u16> dump_vlan_tags(DumpWriter& w, u16 type, Piece& p) {
    for (int i = 0; is_tag(type) && i < kMaxVlanTags; i++) {
        Partial<VlanTag> tag(p);
        w.section("VLAN TAG");
        if (tag.has(tag.header.control)) {
            w.field("VLAN", "%u", tag.header.id());
            w.field("Priority", "%u", tag.header.priority());
            w.field("Drop eligible", "%s", tag.header.drop_eligible() ? "yes" : "no");
            w.say(" VLAN %u,", tag.header.id());
        }
        if (!tag.has(tag.header.type)) {
            dump_cut_header(w, "a VLAN tag", sizeof(VlanTag), p.here.size(), tag.rest());
            return std::nullopt;
        }
        type = tag.header.type;
        print_type(w, type);
        p = p.behind(sizeof(VlanTag));
    }
    return type;
}

// IP and ARP say who talks to whom; of other packets the Ethernet addresses tell it.
void say_addresses(DumpWriter& w, const EtherHeader& h, u16 type) {
    const EtherType t{type};
    if (t == EtherType::Ipv4 || t == EtherType::Ipv6 || t == EtherType::Arp || t == EtherType::Rarp) return;
    w.say(" %s > %s:", format_addr(h.src).text, format_addr(h.dst).text);
}

// What the frame carries; returns what is behind it.
Piece dump_ether_contents(DumpWriter& w, const EtherHeader& h, u16 type, const Piece& p,
                          const DumpContext& outer) {
    say_addresses(w, h, type);
    if (!is_length(type)) return dump_ether_payload(w, EtherType{type}, p, outer);
    if (type > p.length) w.note("malformed: the length says %u bytes, the frame has %zu", type, p.length);
    const Piece inside = p.first(type < p.length ? type : p.length);
    const Piece unclaimed = dump_llc(w, inside, outer);
    dump_rest(w, "Trailer", unclaimed, "behind the LLC payload");
    return p.behind(type);
}

}  // namespace

void dump_trailer(DumpWriter& w, const char* name, const Piece& rest) {
    if (rest.empty()) return;
    w.section("TRAILER");
    dump_rest(w, name, rest, "behind the packet");
}

Piece dump_ether_payload(DumpWriter& w, EtherType type, const Piece& p, const DumpContext& outer) {
    switch (type) {
        case EtherType::Ipv4: return dump_ipv4(w, p, outer);
        case EtherType::Ipv6: return dump_ipv6(w, p, outer);
        case EtherType::Arp:
        case EtherType::Rarp: return dump_arp(w, p);
        case EtherType::Lldp:
            if (kDumpAll) return dump_lldp(w, p);
            break;
        default: break;
    }
    w.say(" type 0x%04x (%s) length %zu", number(type), name_of(type), p.length);
    dump_payload(w, p);
    return p.behind(p.length);
}

void dump_ethernet(DumpWriter& w, const Piece& frame, const DumpContext& outer) {
    Partial<EtherHeader> p(frame);
    const EtherHeader& h = p.header;
    w.section("MAC LAYER");
    w.length("Frame length", frame);
    // Addresses are read from sender to receiver, although the receiver stands first on the wire.
    if (p.has(h.dst) && p.has(h.src)) w.field("MAC src", "%s", format_addr(h.src).text);
    if (p.has(h.dst)) w.field("MAC dest", "%s", format_addr(h.dst).text);
    if (!p.has(h.type)) {
        w.say(" Ethernet");
        return dump_cut_header(w, "an Ethernet header", sizeof h, frame.here.size(), p.rest());
    }
    print_type(w, h.type);
    Piece contents = frame.behind(sizeof h);
    const auto type = dump_vlan_tags(w, h.type, contents);
    if (!type) return;
    // Ethernet pads frames to 60 bytes. Longer frames have no padding.
    const Piece rest = dump_ether_contents(w, h, *type, contents, outer);
    dump_trailer(w, frame.length <= kEtherMinFrame ? "Padding" : "Trailer", rest);
}

}  // namespace net
