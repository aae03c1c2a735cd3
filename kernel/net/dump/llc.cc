// IEEE 802.2 LLC and SNAP: what an Ethernet frame carries behind a length.
#include "net/dump/layers.h"
#include "net/dump/switch.h"

namespace net {
namespace {

constexpr u8 kSpanningTree = 0x42, kIp = 0x06, kSnap = 0xaa;
constexpr Name kSaps[] = {{0x00, "null"},  {kIp, "IP"},       {kSpanningTree, "spanning tree"},
                          {kSnap, "SNAP"}, {0xe0, "NetWare"}, {0xf0, "NetBIOS"},
                          {0xfe, "OSI"},   {0xff, "global"}};
constexpr Name kUnnumbered[] = {{0x03, "UI"},    {0x0f, "DM"},   {0x43, "DISC"}, {0x63, "UA"},
                                {0x6f, "SABME"}, {0x87, "FRMR"}, {0xaf, "XID"},  {0xe3, "TEST"}};

// The lowest bits tell the format (IEEE 802.2 section 5.4). Only unnumbered frames have a control of one
// byte.
constexpr bool is_unnumbered(u8 control) { return (control & 3) == 3; }

const char* name_of_control(u16 control, bool unnumbered) {
    if (!unnumbered) return control & 1 ? "supervisory" : "information";
    return look_up(kUnnumbered, control & ~u16{0x10});  // the P/F bit is not part of the name
}

struct SnapHeader {
    u8 oui[3];
    be16 type;  // an EtherType when the OUI is 0
};
static_assert(sizeof(SnapHeader) == 5);

Piece dump_snap(DumpWriter& w, const Piece& p, const DumpContext& outer) {
    Partial<SnapHeader> partial(p);
    const SnapHeader& h = partial.header;
    w.section("SNAP");
    const u32 oui = u32{h.oui[0]} << 16 | u32{h.oui[1]} << 8 | h.oui[2];
    if (partial.has(h.oui))
        w.field("OUI", "0x%06x (%s)", oui, oui == 0 ? "Ethernet" : oui == 0xc ? "Cisco" : "unknown");
    if (!partial.has(h.type)) {
        dump_cut_header(w, "a SNAP header", sizeof h, p.here.size(), partial.rest());
        return p.behind(p.length);
    }
    const bool is_ether_type = oui == 0;
    w.field("Type", "0x%04x (%s)", +h.type, is_ether_type ? name_of(EtherType{u16{h.type}}) : "unknown");
    const Piece contents = p.behind(sizeof h);
    if (is_ether_type && h.type >= 0x600)
        return dump_ether_payload(w, EtherType{u16{h.type}}, contents, outer);
    w.say(" OUI 0x%06x type 0x%04x length %zu", oui, +h.type, contents.length);
    dump_payload(w, contents);
    return contents.behind(contents.length);
}

Piece dump_contents(DumpWriter& w, u8 dsap, u8 ssap, const Piece& p, const DumpContext& outer) {
    if (dsap == kSnap && ssap == kSnap) return dump_snap(w, p, outer);
    if (dsap == kIp) return dump_ipv4(w, p, outer);
    if (kDumpAll && dsap == kSpanningTree) return dump_stp(w, p);
    w.say(" LLC %s (0x%02x) length %zu", look_up(kSaps, dsap), dsap, p.length);
    dump_payload(w, p);
    return p.behind(p.length);
}

}  // namespace

Piece dump_llc(DumpWriter& w, const Piece& p, const DumpContext& outer) {
    w.section("LLC");
    const Bytes b = p.here;
    if (b.size() > 0) w.field("DSAP", "0x%02x (%s)", b[0], look_up(kSaps, b[0]));
    // The lowest bit of the SSAP tells a response from a command.
    if (b.size() > 1)
        w.field("SSAP", "0x%02x (%s%s)", b[1], look_up(kSaps, b[1] & 0xfe), b[1] & 1 ? ", response" : "");
    const bool unnumbered = b.size() > 2 && is_unnumbered(b[2]);
    const usize takes = unnumbered || b.size() <= 2 ? 3 : 4;
    if (b.size() < takes) {
        w.say(" LLC");
        dump_cut_header(w, "an LLC header", takes, b.size(), behind(b, 2));
        return p.behind(p.length);
    }
    const u16 control = unnumbered ? b[2] : static_cast<u16>(b[3] << 8 | b[2]);
    const char* name = name_of_control(control, unnumbered);
    w.field("Control", unnumbered ? "0x%02x (%s)" : "0x%04x (%s)", control, name);
    if (unnumbered && (control & ~u16{0x10}) == 0x03)
        return dump_contents(w, b[0], b[1], p.behind(takes), outer);
    w.say(" LLC %s (0x%02x) %s length %zu", look_up(kSaps, b[0]), b[0], name, p.behind(takes).length);
    dump_payload(w, p.behind(takes));
    return p.behind(p.length);
}

}  // namespace net
