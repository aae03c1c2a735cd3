// The options of TCP. Each has a line of the full text, and a few words in the brief one.
#include "net/wire/tcp_options.h"

#include "net/dump/fields.h"
#include "net/dump/layers.h"
#include "net/dump/switch.h"

namespace net {
namespace {

constexpr Field kMss[] = {{"", 0, 2, Show::Bytes}};
constexpr Field kWindowScale[] = {{"shift by", 0, 1}};
constexpr Field kTimestamps[] = {{"value", 0, 4}, {"echo", 4, 4}};
constexpr Name kGranularities[] = {{0, "seconds"}, {1, "minutes"}};
constexpr Field kUserTimeout[] = {{"", 0, 2, Show::Number, {}, 0x7fff},
                                  {"granularity", 0, 2, Show::Number, kGranularities, 0x8000}};
constexpr Field kAuthentication[] = {{"key ID", 0, 1}, {"next key ID", 1, 1}};
constexpr Field kAccEcn0[] = {{"EE0B", 0, 3}, {"ECEB", 3, 3}, {"EE1B", 6, 3}};
constexpr Field kAccEcn1[] = {{"EE1B", 0, 3}, {"ECEB", 3, 3}, {"EE0B", 6, 3}};
constexpr Name kExperiments[] = {{0xf989, "fast open cookie"}, {0xacce, "accurate ECN"}};
constexpr Field kExperiment[] = {{"identifier", 0, 2, Show::Hex, kExperiments}};

constexpr OptionKind kKinds[] = {
    {number(TcpOptionKind::End), "EOL", {}},
    {number(TcpOptionKind::Nop), "NOP", {}},
    {number(TcpOptionKind::MaxSegmentSize), "MSS", kMss},
    {number(TcpOptionKind::WindowScale), "window scale", kWindowScale},
    {number(TcpOptionKind::SackPermitted), "SACK permitted", {}},
    {number(TcpOptionKind::Sack), "SACK", {}},
    {number(TcpOptionKind::Timestamps), "timestamps", kTimestamps},
    {number(TcpOptionKind::Md5Signature), "MD5 signature", {}},
    {number(TcpOptionKind::UserTimeout), "user timeout", kUserTimeout},
    {number(TcpOptionKind::Authentication), "authentication", kAuthentication},
    {number(TcpOptionKind::Multipath), "multipath TCP", {}},
    {number(TcpOptionKind::FastOpen), "fast open cookie", {}},
    {number(TcpOptionKind::AccEcn0), "accurate ECN order 0", kAccEcn0},
    {number(TcpOptionKind::AccEcn1), "accurate ECN order 1", kAccEcn1},
    {number(TcpOptionKind::Experiment), "experiment", kExperiment},
};

const char* name_of_kind(u8 kind) {
    const OptionKind* k = find_option(kKinds, kind);
    return k ? k->name : "unknown";
}

void dump_sack(DumpWriter& w, std::span<const SackBlock> blocks) {
    w.label("TCP option");
    w.print("5 (SACK)");
    const char* between = ": ";
    for (const SackBlock& s : blocks) {
        w.print("%s%u-%u", between, +s.left, +s.right);
        w.say(" %u-%u", +s.left, +s.right);
        between = ", ";
    }
    w.end_line();
}

void dump_tcp_option(DumpWriter& w, const HeaderOption& o) {
    if (const auto blocks = sack_blocks_of(o); !blocks.empty()) return dump_sack(w, blocks);
    if (kDumpAll && kind_of(o) == TcpOptionKind::Multipath && !o.data.empty()) return dump_mptcp(w, o.data);
    dump_option(w, "TCP option", kKinds, o.kind, o.data);
    if (const auto mss = max_segment_size_of(o)) w.say(" %u", *mss);
    if (const auto shift = window_scale_of(o)) w.say(" %u", *shift);
}

}  // namespace

void dump_tcp_options(DumpWriter& w, Bytes options) {
    HeaderOptions walk(options);
    const char* between = " <";
    while (const auto o = walk.next()) {
        const bool silent = o->kind == TcpOptions::kNop || o->kind == TcpOptions::kEnd;
        if (!silent) {
            w.say("%s%s", between, name_of_kind(o->kind));
            between = ", ";
        }
        dump_tcp_option(w, *o);
    }
    if (*between == ',') w.say(">");
    dump_options_rest(w, "TCP option", walk);
}

}  // namespace net
