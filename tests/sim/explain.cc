#include "explain.h"

#include <cstdio>
#include <memory>

#include "capture/writer.h"
#include "vsockmon.h"

namespace sim {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File create(const std::string& name) {
    File f(std::fopen(name.c_str(), "w"), std::fclose);
    if (!f) std::fprintf(stderr, "sim: cannot write %s\n", name.c_str());
    return f;
}

constexpr u32 kEthernet = 1, kVsock = 271;  // https://www.tcpdump.org/linktypes.html

void write_capture(u32 link_type, const std::vector<Trace::Frame>& frames, std::FILE* file) {
    capture::Writer writer(file, true);
    bool written = writer.begin(link_type);
    u64 number = 0;
    for (const Trace::Frame& f : frames) {
        const capture::Timestamp time{static_cast<i64>(f.at.ns / 1'000'000'000),
                                      static_cast<u32>(f.at.ns % 1'000'000'000)};
        const auto length = static_cast<u32>(f.bytes.size());
        written = written && writer.write({++number, time, link_type, length, f.bytes});
    }
    if (!written) std::fprintf(stderr, "sim: the capture is incomplete: %s\n", writer.error().c_str());
}

}  // namespace

void print_scenario(const Scenario& scenario) {
    std::printf("The scenario:\n");
    for (const Element& e : scenario.elements) std::printf("  %s\n", in_words(e).c_str());
}

void explain(const Scenario& scenario, const std::string& name) {
    Trace trace;
    const Verdict v = run(scenario, &trace);
    if (const File text = create(name + ".txt")) {
        for (const Element& e : scenario.elements) std::fprintf(text.get(), "%s\n", in_words(e).c_str());
        for (const std::string& line : trace.lines) std::fprintf(text.get(), "%s\n", line.c_str());
        std::fprintf(text.get(), "%s\n", v.ok() ? "no check fails" : v.why.c_str());
    }
    if (const File frames = create(name + ".pcap")) write_capture(kEthernet, trace.frames, frames.get());
    std::printf("%s.txt has the trace, %s.pcap the frames as hosts sent them.\n", name.c_str(), name.c_str());
    if (trace.vsock_packets.empty()) return;
    for (Trace::Frame& p : trace.vsock_packets) p.bytes = for_vsockmon(p.bytes);
    if (const File packets = create(name + ".vsock.pcap"))
        write_capture(kVsock, trace.vsock_packets, packets.get());
    std::printf("%s.vsock.pcap has the vsock packets.\n", name.c_str());
}

}  // namespace sim
