// The options of IPv4 (RFC 791 section 3.1).
#include "net/dump/layers.h"
#include "net/wire/ipv4.h"
#include "net/wire/options.h"

namespace net {
namespace {

constexpr Name kKinds[] = {
    {number(Ipv4OptionKind::End), "end of options"},
    {number(Ipv4OptionKind::Nop), "no operation"},
    {number(Ipv4OptionKind::RecordRoute), "record route"},
    {number(Ipv4OptionKind::Timestamp), "timestamp"},
    {number(Ipv4OptionKind::Security), "security"},
    {number(Ipv4OptionKind::LooseSourceRoute), "loose source route"},
    {number(Ipv4OptionKind::StreamId), "stream identifier"},
    {number(Ipv4OptionKind::StrictSourceRoute), "strict source route"},
    {number(Ipv4OptionKind::RouterAlert), "router alert"},
};

void print_data(DumpWriter& w, Bytes data) {
    if (data.empty()) return;
    w.print(", data ");
    w.hex(data);
}

// A pointer, then four bytes for each address.
void print_route(DumpWriter& w, Bytes data) {
    if (data.empty()) return;
    w.print(", pointer %u:", data[0]);
    Bytes rest = data.subspan(1);
    for (; rest.size() >= sizeof(Ipv4Addr); rest = rest.subspan(sizeof(Ipv4Addr))) {
        w.print(" %s", format_addr(*header_of<Ipv4Addr>(rest)).text);
    }
    print_data(w, rest);
}

void dump_option(DumpWriter& w, const HeaderOption& o) {
    w.label("IP option");
    w.print("%u (%s)", o.kind, look_up(kKinds, o.kind));
    switch (Ipv4OptionKind{o.kind}) {
        case Ipv4OptionKind::RecordRoute:
        case Ipv4OptionKind::LooseSourceRoute:
        case Ipv4OptionKind::StrictSourceRoute: print_route(w, o.data); break;
        default: print_data(w, o.data); break;
    }
    w.end_line();
}

}  // namespace

void dump_ipv4_options(DumpWriter& w, Bytes options) {
    HeaderOptions walk(options);
    while (const auto o = walk.next()) dump_option(w, *o);
    dump_options_rest(w, "IP option", walk);
}

}  // namespace net
