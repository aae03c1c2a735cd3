// DHCP (RFC 2131) in the frame of BOOTP (RFC 951), with the options of RFC 2132.
#include "net/dump/applications.h"
#include "net/dump/fields.h"

namespace net {
namespace {

enum class Kind : u8 { Hex, Ipv4List, Number, Seconds, Text, Message, Parameters, ClientId, Overload };
struct Option {
    u8 code;
    Kind kind;
    const char* name;
};

constexpr Option kOptions[] = {
    {1, Kind::Ipv4List, "subnet mask"},
    {3, Kind::Ipv4List, "router"},
    {4, Kind::Ipv4List, "time server"},
    {6, Kind::Ipv4List, "DNS server"},
    {7, Kind::Ipv4List, "log server"},
    {12, Kind::Text, "host name"},
    {15, Kind::Text, "domain name"},
    {17, Kind::Text, "root path"},
    {23, Kind::Number, "default TTL"},
    {26, Kind::Number, "interface MTU"},
    {28, Kind::Ipv4List, "broadcast address"},
    {33, Kind::Ipv4List, "static routes"},
    {42, Kind::Ipv4List, "NTP server"},
    {43, Kind::Hex, "vendor-specific"},
    {44, Kind::Ipv4List, "NetBIOS name server"},
    {50, Kind::Ipv4List, "requested address"},
    {51, Kind::Seconds, "lease time"},
    {52, Kind::Overload, "overload"},
    {53, Kind::Message, "message type"},
    {54, Kind::Ipv4List, "server"},
    {55, Kind::Parameters, "parameter request"},
    {56, Kind::Text, "message"},
    {57, Kind::Number, "maximum message size"},
    {58, Kind::Seconds, "renewal time"},
    {59, Kind::Seconds, "rebinding time"},
    {60, Kind::Text, "vendor class"},
    {61, Kind::ClientId, "client identifier"},
    {66, Kind::Text, "TFTP server"},
    {67, Kind::Text, "boot file"},
    {77, Kind::Text, "user class"},
    {81, Kind::Hex, "client FQDN"},
    {82, Kind::Hex, "relay agent"},
    {93, Kind::Number, "client architecture"},
    {114, Kind::Text, "captive portal"},
    {116, Kind::Number, "auto-configure"},
    {119, Kind::Hex, "domain search"},
    {121, Kind::Hex, "classless routes"},
    {150, Kind::Ipv4List, "TFTP server address"},
    {252, Kind::Text, "proxy auto-configuration"},
};
constexpr Name kMessages[] = {{1, "DISCOVER"}, {2, "OFFER"}, {3, "REQUEST"}, {4, "DECLINE"},
                              {5, "ACK"},      {6, "NAK"},   {7, "RELEASE"}, {8, "INFORM"}};
constexpr Name kBootpOperations[] = {{1, "request"}, {2, "reply"}};
constexpr u8 kEthernet = 1, kIeee802 = 6;
constexpr Name kHardwareTypes[] = {{kEthernet, "Ethernet"}, {kIeee802, "IEEE 802"}, {32, "InfiniBand"}};
constexpr Name kFlags[] = {{0x8000, "broadcast"}};

constexpr Field kHead[] = {
    {"Operation", 0, 1, Show::Number, kBootpOperations},
    {"Hardware type", 1, 1, Show::Number, kHardwareTypes},
    {"Hardware length", 2, 1, Show::Bytes},
    {"Hops", 3, 1},
    {"Transaction", 4, 4, Show::Hex, {}, ~u32{0}, "id"},
    {"Elapsed", 8, 2, Show::Seconds},
    {"Flags", 10, 2, Show::Bits, kFlags},
    {"Client IP", 12, 4, Show::Ipv4},
    {"Your IP", 16, 4, Show::Ipv4, {}, ~u32{0}, "your"},
    {"Server IP", 20, 4, Show::Ipv4},
    {"Relay IP", 24, 4, Show::Ipv4},
};
constexpr Field kClient[] = {{"Client MAC", 28, 6, Show::Mac, {}, ~u32{0}, "client"}};
constexpr usize kHeadSize = 28, kClientEnd = 34, kMostHardware = 16, kServerName = 44, kBootFile = 108,
                kMagicAt = 236, kOptionsAt = 240;
constexpr u32 kMagic = 0x63825363;
constexpr u8 kPad = 0, kEnd = 255, kMessageType = 53;

const Option* find(u8 code) {
    for (const Option& o : kOptions) {
        if (o.code == code) return &o;
    }
    return nullptr;
}

const char* name_of_option(u8 code) {
    const Option* o = find(code);
    return o ? o->name : "unknown";
}

void print_addresses(DumpWriter& w, Bytes b) {
    for (; b.size() >= sizeof(Ipv4Addr); b = b.subspan(sizeof(Ipv4Addr)))
        w.print(" %s", format_addr(*header_of<Ipv4Addr>(b)).text);
    print_data(w, b);
}

void print_parameters(DumpWriter& w, Bytes b) {
    const char* between = " ";
    for (const u8 code : b) {
        w.print("%s%u (%s)", between, code, name_of_option(code));
        between = ", ";
    }
}

// One to four bytes; a number of another size is printed as its bytes.
void print_number(DumpWriter& w, Bytes b, const char* unit) {
    if (b.empty() || b.size() > sizeof(u32)) return print_data(w, b);
    u32 n = 0;
    for (const u8 byte : b) n = n << 8 | byte;
    w.print(" %u%s", n, unit);
}

void print_client(DumpWriter& w, Bytes b) {
    if (b.size() == 1 + sizeof(MacAddr) && b[0] == 1)
        return w.print(" %s", format_addr(*header_of<MacAddr>(b.subspan(1))).text);
    print_data(w, b);
}

void print_option(DumpWriter& w, Kind kind, Bytes b) {
    switch (kind) {
        case Kind::Hex: return print_data(w, b);
        case Kind::Ipv4List: return print_addresses(w, b);
        case Kind::Overload:
        case Kind::Number: return print_number(w, b, "");
        case Kind::Seconds: return print_number(w, b, " seconds");
        case Kind::Text: w.print(" "); return print_text(w, b);
        case Kind::Parameters: return print_parameters(w, b);
        case Kind::ClientId: return print_client(w, b);
        case Kind::Message:
            print_number(w, b, "");
            if (b.size() == 1) w.print(" (%s)", look_up(kMessages, b[0]));
            return;
    }
}

void dump_dhcp_option(DumpWriter& w, u8 code, Bytes value) {
    const Option* o = find(code);
    w.label("DHCP option");
    w.print("%u (%s):", code, name_of_option(code));
    print_option(w, o ? o->kind : Kind::Hex, value);
    w.end_line();
    if (code == kMessageType && value.size() == 1) w.say(" %s", look_up(kMessages, value[0]));
}

void dump_dhcp_options(DumpWriter& w, Bytes b) {
    while (!b.empty() && b[0] != kEnd) {
        if (b[0] == kPad) {
            b = b.subspan(1);
            continue;
        }
        if (b.size() < 2 || usize{b[1]} + 2 > b.size())
            return w.note("truncated: DHCP option %u does not end in the message", b[0]);
        dump_dhcp_option(w, b[0], b.subspan(2, b[1]));
        b = b.subspan(usize{b[1]} + 2);
    }
    if (b.empty()) return w.note("malformed: there is no end option");
    w.field("DHCP option", "%u (end)", kEnd);
}

// The hardware address of the client: 16 bytes, of which the header counts those in use.
bool dump_client(DumpWriter& w, const Piece& p) {
    const u8 type = p.here[1], length = p.here[2];
    const bool is_mac = (type == kEthernet || type == kIeee802) && length == sizeof(MacAddr);
    if (is_mac) return dump_fields(w, "a BOOTP header", kClientEnd, kClient, p);
    dump_bytes(w, "Client address",
               at_most(behind(p.here, kHeadSize), length < kMostHardware ? length : kMostHardware));
    return true;
}

// A text that a zero ends.
void dump_name(DumpWriter& w, const char* label, Bytes b) {
    usize n = 0;
    while (n < b.size() && b[n]) n++;
    if (n == 0) return;
    w.label(label);
    print_text(w, b.first(n));
    w.end_line();
}

}  // namespace

void dump_dhcp(DumpWriter& w, const Piece& p) {
    w.section("DHCP");
    w.say(" DHCP");
    if (!dump_fields(w, "a BOOTP header", kHeadSize, kHead, p)) return;
    if (!dump_client(w, p)) return;
    dump_name(w, "Server name", at_most(behind(p.here, kServerName), kBootFile - kServerName));
    dump_name(w, "Boot file", at_most(behind(p.here, kBootFile), kMagicAt - kBootFile));
    const auto* magic = header_of<be32>(behind(p.here, kMagicAt));
    if (!magic)
        return w.note("truncated: a DHCP message takes %zu bytes, %zu are here", kOptionsAt, p.here.size());
    if (*magic != kMagic) return w.note("BOOTP without DHCP options");
    dump_dhcp_options(w, behind(p.here, kOptionsAt));
}

}  // namespace net
