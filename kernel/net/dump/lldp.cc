// LLDP (IEEE 802.1AB): a list of TLVs, each with 7 bits of type and 9 bits of length.
#include "net/dump/fields.h"
#include "net/dump/layers.h"

namespace net {
namespace {

enum Type : u8 { kEnd, kChassis, kPort, kTtl, kPortText, kNameText, kSystemText, kCapabilities, kManagement };
constexpr u8 kOrganization = 127;

constexpr const char* kNames[] = {
    "End",          "Chassis",   "Port", "TTL", "Port description", "System name", "System description",
    "Capabilities", "Management"};
constexpr Name kChassisKinds[] = {{1, "component"}, {2, "interface alias"}, {3, "port component"},
                                  {4, "MAC"},       {5, "network address"}, {6, "interface name"},
                                  {7, "local"}};
constexpr Name kPortKinds[] = {
    {1, "interface alias"}, {2, "port component"}, {3, "MAC"},  {4, "network address"},
    {5, "interface name"},  {6, "agent circuit"},  {7, "local"}};
constexpr Name kNumberings[] = {{1, "unknown"}, {2, "ifIndex"}, {3, "system port"}};
constexpr Name kRoles[] = {{0x01, "other"},        {0x02, "repeater"},       {0x04, "bridge"},
                           {0x08, "access point"}, {0x10, "router"},         {0x20, "telephone"},
                           {0x40, "DOCSIS"},       {0x80, "station"},        {0x100, "C-VLAN"},
                           {0x200, "S-VLAN"},      {0x400, "two-port relay"}};

// An address behind the number of its family (IANA "Address Family Numbers").
void print_address(DumpWriter& w, Bytes b) {
    const Bytes address = b.subspan(1);
    if (b[0] == 1 && address.size() == sizeof(Ipv4Addr))
        return w.print("%s", format_addr(*header_of<Ipv4Addr>(address)).text);
    if (b[0] == 2 && address.size() == sizeof(Ipv6Addr))
        return w.print("%s", format_addr(*header_of<Ipv6Addr>(address)).text);
    w.print("family %u", b[0]);
    print_data(w, address);
}

// An identifier: its kind, then an address or text.
void print_identifier(DumpWriter& w, Bytes b, Names kinds, u8 mac_kind) {
    if (b.empty()) return;
    const Bytes value = b.subspan(1);
    w.print("%u (%s) ", b[0], look_up(kinds, b[0]));
    if (b[0] == mac_kind && value.size() == sizeof(MacAddr))
        return w.print("%s", format_addr(*header_of<MacAddr>(value)).text);
    if (b[0] == mac_kind + 1 && !value.empty()) return print_address(w, value);
    print_text(w, value);
}

void print_capabilities(DumpWriter& w, Bytes b) {
    const u16 has = *header_of<be16>(b), enabled = *header_of<be16>(b.subspan(2));
    w.print("0x%04x (", has);
    print_bits(w, kRoles, has);
    w.print("), enabled 0x%04x (", enabled);
    print_bits(w, kRoles, enabled);
    w.print(")");
    if (b.size() > 4) print_data(w, b.subspan(4));
}

// Clause 8.5.9: the length of an address with its family, the address, an interface, an object identifier.
void print_management(DumpWriter& w, Bytes b) {
    constexpr usize kInterface = 5;
    const usize address = b.empty() ? 0 : b[0];
    if (address == 0 || 1 + address + kInterface + 1 > b.size()) return w.hex(b);
    print_address(w, b.subspan(1, address));
    const Bytes interface = b.subspan(1 + address, kInterface), object = b.subspan(1 + address + kInterface);
    w.print(", interface number %u, numbering %u (%s)", +*header_of<be32>(interface.subspan(1)), interface[0],
            look_up(kNumberings, interface[0]));
    if (object.size() > 1 || object[0] != 0) {
        w.print(", object identifier ");
        w.hex(object);
    }
}

void print_organization(DumpWriter& w, Bytes b) {
    if (b.size() < 4) return w.hex(b);
    w.print("OUI %02x-%02x-%02x, subtype %u", b[0], b[1], b[2], b[3]);
    print_data(w, b.subspan(4));
}

void print_value(DumpWriter& w, u8 type, Bytes b) {
    if (type == kChassis) return print_identifier(w, b, kChassisKinds, 4);
    if (type == kPort) return print_identifier(w, b, kPortKinds, 3);
    if (type == kTtl && b.size() >= 2) {
        w.print("%u seconds", +*header_of<be16>(b));
        return print_data(w, b.subspan(2));
    }
    if (type >= kPortText && type <= kSystemText) return print_text(w, b);
    if (type == kCapabilities && b.size() >= 4) return print_capabilities(w, b);
    if (type == kManagement) return print_management(w, b);
    if (type == kOrganization) return print_organization(w, b);
    if (type == kEnd && b.empty()) return w.print("no more TLVs");
    w.hex(b);
}

void dump_tlv(DumpWriter& w, u8 type, Bytes value) {
    if (type < std::size(kNames))
        w.label(kNames[type]);
    else if (type == kOrganization)
        w.label("Organization");
    else
        w.label("TLV"), w.print("%u ", type);
    print_value(w, type, value);
    w.end_line();
}

}  // namespace

Piece dump_lldp(DumpWriter& w, const Piece& p) {
    w.section("LLDP");
    w.say(" LLDP length %zu", p.length);
    Piece rest = p;
    while (rest.here.size() >= sizeof(be16)) {
        const u16 head = *header_of<be16>(rest.here);
        const auto type = static_cast<u8>(head >> 9);
        const usize length = head & 0x1ff;
        const Bytes value = behind(rest.here, sizeof(be16));
        if (length > value.size()) {
            w.note("truncated: TLV %u takes %zu bytes, %zu are here", type, length, value.size());
            dump_tlv(w, type, value);
            return p.behind(p.length);
        }
        dump_tlv(w, type, value.first(length));
        rest = rest.behind(sizeof(be16) + length);
        if (type == kEnd) return rest;
    }
    if (!rest.empty())
        dump_rest(w, "Trailer", rest, "behind the last TLV");
    else
        w.note("truncated: there is no end TLV");
    return p.behind(p.length);
}

}  // namespace net
