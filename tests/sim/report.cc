#include "report.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "net/dump/dump.h"
#include "scenario.h"
#include "world.h"

namespace sim {

static std::string timed(const std::string& text) {
    char time[32];
    const Duration since_start = net::platform::now() - kStart;
    std::snprintf(time, sizeof time, "%12.6f ", static_cast<double>(since_start.ns) / 1e9);
    return time + text;
}

static std::string formatted(const char* format, std::va_list args) {
    char line[400];
    std::vsnprintf(line, sizeof line, format, args);
    return line;
}

void Report::fail(const char* format, ...) {
    if (failed()) return;
    std::va_list args;
    va_start(args, format);
    why_ = formatted(format, args);
    va_end(args);
    say("FAILED: %s", why_.c_str());
}

void Report::say(const char* format, ...) {
    if (!trace_) return;
    std::va_list args;
    va_start(args, format);
    trace_->lines.push_back(timed(formatted(format, args)));
    va_end(args);
}

void Report::show(const char* what, u32 host, const packets::Packet& frame) {
    if (!trace_) return;
    std::string brief;
    const auto append = [](void* to, const char* text, usize n) {
        static_cast<std::string*>(to)->append(text, n);
    };
    net::dump_frame({append, &brief}, frame, net::DumpMode::Brief);
    while (!brief.empty() && brief.back() == '\n') brief.pop_back();
    say("host %u %s %s", host, what, brief.c_str());
}

void Report::keep(const packets::Packet& sent) {
    if (trace_) trace_->frames.push_back({net::platform::now(), sent});
}

void Report::keep_vsock(const net::VsockHeader& header, const packets::Packet& payload) {
    if (!trace_) return;
    packets::Packet whole(sizeof header + payload.size());
    std::memcpy(whole.data(), &header, sizeof header);
    std::copy(payload.begin(), payload.end(), whole.begin() + sizeof header);
    trace_->vsock_packets.push_back({net::platform::now(), std::move(whole)});
}

}  // namespace sim
