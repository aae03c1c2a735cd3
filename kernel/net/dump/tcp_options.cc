// The options of TCP. Each has a line of the full text, and a few words in the brief one.
#include "net/wire/tcp_options.h"

#include "net/dump/layers.h"

namespace net {
namespace {

constexpr Name kKinds[] = {
    {number(TcpOptionKind::End), "EOL"},
    {number(TcpOptionKind::Nop), "NOP"},
    {number(TcpOptionKind::MaxSegmentSize), "MSS"},
    {number(TcpOptionKind::WindowScale), "window scale"},
    {number(TcpOptionKind::SackPermitted), "SACK permitted"},
    {number(TcpOptionKind::Sack), "SACK"},
    {number(TcpOptionKind::Timestamps), "timestamps"},
    {number(TcpOptionKind::FastOpen), "fast open cookie"},
};

void print_sack_blocks(DumpWriter& w, std::span<const SackBlock> blocks) {
    const char* between = ": ";
    for (const SackBlock& s : blocks) {
        w.print("%s%u-%u", between, +s.left, +s.right);
        between = ", ";
    }
}

void dump_option(DumpWriter& w, const HeaderOption& o) {
    w.label("TCP option");
    w.print("%u (%s)", o.kind, look_up(kKinds, o.kind));
    if (const auto mss = max_segment_size_of(o))
        w.print(": %u bytes", *mss);
    else if (const auto shift = window_scale_of(o))
        w.print(": shift by %u", *shift);
    else if (const auto t = timestamps_of(o))
        w.print(": value %u, echo %u", +t->value, +t->echo);
    else if (const auto blocks = sack_blocks_of(o); !blocks.empty())
        print_sack_blocks(w, blocks);
    else if (!o.data.empty())
        w.print(", data "), w.hex(o.data);  // unknown, or of a wrong length
    w.end_line();
}

void say_option(DumpWriter& w, const HeaderOption& o) {
    w.say("%s", look_up(kKinds, o.kind));
    if (const auto mss = max_segment_size_of(o)) w.say(" %u", *mss);
    if (const auto shift = window_scale_of(o)) w.say(" %u", *shift);
}

}  // namespace

void dump_tcp_options(DumpWriter& w, Bytes options) {
    HeaderOptions walk(options);
    const char* between = " <";
    while (const auto o = walk.next()) {
        dump_option(w, *o);
        if (o->kind == TcpOptions::kNop || o->kind == TcpOptions::kEnd) continue;
        w.say("%s", between);
        say_option(w, *o);
        between = ", ";
    }
    if (*between == ',') w.say(">");
    dump_options_rest(w, "TCP option", walk);
}

}  // namespace net
