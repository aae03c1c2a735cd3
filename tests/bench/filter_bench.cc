// The packet filter on the host: nanoseconds for each packet, beside libpcap's interpreter, both on the
// program of
//   ether dst 52:54:00:12:34:56 and dst host 10.0.2.15 and udp dst port 53
// Prints "name value unit" lines. The two take turns in many short rounds and the fastest round counts, so
// that the ratio holds on a busy machine, too.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "fake/packets.h"
#include "net/filter/language/compiler.h"
#include "tests/oracle/libpcap.h"

namespace {

using packets::Packet;
using Clock = std::chrono::steady_clock;

constexpr char kExpression[] = "ether dst 52:54:00:12:34:56 and dst host 10.0.2.15 and udp dst port 53";
constexpr net::MacAddr kMac{{0x52, 0x54, 0, 0x12, 0x34, 0x56}};
constexpr int kRounds = 400, kRuns = 5'000;

Packet frame(net::MacAddr dst, u16 port) {
    const net::Ipv4Addr from(10, 0, 2, 2), to(10, 0, 2, 15);
    const auto ip =
        packets::udp_packet({.src = from, .dst = to, .src_port = 4000, .dst_port = port}, Packet(22));
    return packets::ether(dst, kMac, net::EtherType::Ipv4, ip);
}

// Nanoseconds for each call.
template <class Run>
double round_of(Run run) {
    const auto start = Clock::now();
    for (int i = 0; i < kRuns; i++) {
        u32 verdict = run();
        asm volatile("" : : "r"(verdict) : "memory");  // every call must be made
    }
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count() / kRuns;
}

struct Contest {
    double ours = 1e9, theirs = 1e9;
};

Contest measure(const net::FilterProgram& ours, const oracle::Program& theirs, const Packet& p) {
    Contest best;
    for (int i = 0; i < kRounds; i++) {
        best.ours = std::min(best.ours, round_of([&] { return ours.run(p, p.size()); }));
        best.theirs = std::min(best.theirs, round_of([&] { return oracle::run(theirs, p, p.size()); }));
    }
    return best;
}

net::language::Compiler compiler;

}  // namespace

int main() {
    std::string error;
    const oracle::Program theirs = oracle::compile(kExpression, error);
    net::FilterProgram ours;
    if (!compiler.compile(kExpression) || !ours.verify(compiler.program()).ok() || theirs.empty()) return 1;
    const struct {
        const char* name;
        Packet packet;
    } kCases[] = {{"match", frame(kMac, 53)}, {"miss_port", frame(kMac, 54)}, {"miss_mac", frame({}, 53)}};
    for (const auto& c : kCases) {
        const Contest best = measure(ours, theirs, c.packet);
        std::printf("filter_%s %.2f ns\npcap_%s %.2f ns\n", c.name, best.ours, c.name, best.theirs);
    }
    return 0;
}
