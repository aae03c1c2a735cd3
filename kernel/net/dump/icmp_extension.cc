// What may follow the packet that an ICMP error quotes (RFC 4884): MPLS labels (RFC 4950), the interface that
// it came in by (RFC 5837); and the interface that an extended echo asks about (RFC 8335).
#include "net/wire/icmp_extension.h"

#include "net/dump/icmp_message.h"

namespace net {
namespace {

constexpr Name kClasses[] = {{number(IcmpObjectClass::MplsLabels), "MPLS label stack"},
                             {number(IcmpObjectClass::InterfaceInformation), "interface information"},
                             {number(IcmpObjectClass::InterfaceIdentification), "interface identification"}};
constexpr Field kLabel[] = {{"", 0, 4, Show::Number, {}, 0xfffff000},
                            {"experimental", 0, 4, Show::Number, {}, 0x00000e00},
                            {"bottom of stack", 0, 4, Show::YesNo, {}, 0x00000100},
                            {"TTL", 0, 4, Show::Number, {}, 0x000000ff}};

void print_line(DumpWriter& w, const char* label, Fields fields, Bytes b) {
    w.label(label);
    print_fields(w, fields, b, "");
    w.end_line();
}

void dump_labels(DumpWriter& w, Bytes b) {
    for (; b.size() >= sizeof(be32); b = b.subspan(sizeof(be32)))
        print_line(w, "MPLS label", kLabel, b.first(4));
    dump_bytes(w, "Data", b);
}

// IANA "Address Family Numbers".
constexpr Name kFamilies[] = {{1, "IPv4"}, {2, "IPv6"}, {6, "802"}};

// Takes the first n bytes off `b`; fewer when there are not so many.
Bytes take(Bytes& b, usize n) {
    const Bytes front = at_most(b, n);
    b = behind(b, n);
    return front;
}

constexpr Field kFamily = {"family", 0, 2, Show::Number, kFamilies};
constexpr Field kV4 = {"", 4, 4, Show::Ipv4}, kV6 = {"", 4, 16, Show::Ipv6};
constexpr Field kReserved = {"reserved", 2, 2, Show::Unused};
constexpr Field kAddress4[] = {kV4, kFamily, kReserved}, kAddress6[] = {kV6, kFamily, kReserved};
u16 family_of(Bytes b) { return b.size() < sizeof(be16) ? 0 : u16{*header_of<be16>(b)}; }

// Zeros fill a name up; the length of the object tells how many.
void dump_name(DumpWriter& w, const char* label, Bytes name) {
    while (!name.empty() && name.back() == 0) name = name.first(name.size() - 1);
    w.label(label);
    print_text(w, name);
    w.end_line();
}

constexpr Field kNumber[] = {{"", 0, 4}}, kMtu[] = {{"", 0, 4, Show::Bytes}};

// RFC 5837 section 4.1: bits of the type tell which of the four follow.
void dump_interface(DumpWriter& w, u8 type, Bytes b) {
    constexpr Name kRoles[] = {
        {0, "incoming IP"}, {1, "incoming sub-IP"}, {2, "outgoing IP"}, {3, "next hop IP"}};
    w.field("Interface role", "%u (%s)", type >> 6, look_up(kRoles, type >> 6));
    if (type & 0x08) print_line(w, "Interface index", kNumber, take(b, 4));
    if (type & 0x04) {
        const Fields fields = family_of(b) == 1 ? kAddress4 : kAddress6;
        print_line(w, "Interface address", fields, take(b, fields[0].end()));
    }
    if (type & 0x02 && !b.empty()) {
        const usize length = b[0];
        w.field("Name length", "%zu bytes", length);
        dump_name(w, "Interface name", behind(take(b, length ? length : 1), 1));
    }
    if (type & 0x01) print_line(w, "Interface MTU", kMtu, take(b, 4));
    dump_bytes(w, "Data", b);
}

void dump_identification(DumpWriter& w, u8 type, Bytes b) {
    constexpr Field kLength = {"length", 2, 1}, kUnused = {"reserved", 3, 1, Show::Unused};
    constexpr Field kId4[] = {kV4, kFamily, kLength, kUnused}, kId6[] = {kV6, kFamily, kLength, kUnused};
    if (type == 1) return dump_name(w, "Interface name", b);
    if (type == 2) return print_line(w, "Interface index", kNumber, b);
    if (type == 3) return print_line(w, "Interface address", family_of(b) == 1 ? kId4 : kId6, b);
    dump_bytes(w, "Data", b);
}

void dump_object(DumpWriter& w, const IcmpExtensionObject& o, Bytes data) {
    w.field("Object class", "%u (%s)", o.class_number, look_up(kClasses, o.class_number));
    w.field("Object type", "%u", o.type);
    w.field("Object length", "%u bytes", +o.length);
    switch (IcmpObjectClass{o.class_number}) {
        case IcmpObjectClass::MplsLabels: return dump_labels(w, data);
        case IcmpObjectClass::InterfaceInformation: return dump_interface(w, o.type, data);
        case IcmpObjectClass::InterfaceIdentification: return dump_identification(w, o.type, data);
        default: return dump_bytes(w, "Data", data);
    }
}

void dump_objects(DumpWriter& w, Piece p) {
    while (const auto* o = header_of<IcmpExtensionObject>(p.here)) {
        if (o->length < sizeof *o || o->length > p.length) {
            w.note("malformed: an object of %u bytes, the message has %zu", +o->length, p.length);
            break;
        }
        dump_object(w, *o, behind(at_most(p.here, o->length), sizeof *o));
        p = p.behind(o->length);
    }
    dump_bytes(w, "Data", p.here);
}

constexpr Field kHeader[] = {{"Version", 0, 2, Show::Number, {}, 0xf000},
                             {"Reserved", 0, 2, Show::Unused, {}, 0x0fff}};

}  // namespace

bool is_icmp_extension(const Piece& p) {
    const auto* h = header_of<IcmpExtensionHeader>(p.here);
    return h && p.whole() && h->version() == IcmpExtensionHeader::kVersion && checksum_of(p.here) == 0;
}

void dump_icmp_extension(DumpWriter& w, const Piece& p) {
    if (p.empty()) return;
    Partial<IcmpExtensionHeader> partial(p);
    const IcmpExtensionHeader& h = partial.header;
    w.section("ICMP EXTENSION");
    if (!partial.whole()) return (void)dump_fields(w, "an ICMP extension header", sizeof h, kHeader, p);
    dump_fields(w, "an ICMP extension header", sizeof h, kHeader, p);
    if (h.checksum == 0)  // RFC 4884 section 7: none was sent
        w.field("Checksum", "0x0000 (none)");
    else
        dump_checksum(w, {"extension", h.checksum, offsetof(IcmpExtensionHeader, checksum)}, p);
    dump_objects(w, p.behind(sizeof h));
}

}  // namespace net
