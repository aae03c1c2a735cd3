#include "scenario.h"

#include <cstdarg>
#include <cstdio>

#include "middlebox.h"

namespace sim {

std::string text(const char* format, ...) {
    char line[200];
    std::va_list args;
    va_start(args, format);
    std::vsnprintf(line, sizeof line, format, args);
    va_end(args);
    return line;
}

std::string seconds_of(Duration d) { return text("%.3f s", static_cast<double>(d.ns) / 1e9); }

namespace {

std::string when(const Element& e) {
    return "at " + seconds_of(e.at) + ", for " + seconds_of(e.length) + ": ";
}

std::string weather(const Element& e) {
    const auto v = static_cast<unsigned>(e.value);
    switch (e.kind) {
        case Kind::Loss: return text("loses %u of 1000 frames", v);
        case Kind::Burst: return text("loses %u frames in a row, with probability %u of 1000", e.b, v);
        case Kind::Doubling: return text("doubles %u of 1000 frames", v);
        case Kind::Damage: return text("damages %u of 1000 frames", v);
        case Kind::Hold: return text("delays %u of 1000 frames by ", v) + seconds_of(e.length);
        case Kind::Strip:
            return text("removes options from SYNs:%s%s%s", v & kStripSack ? " SACK" : "",
                        v & kStripTimestamps ? " timestamps" : "", v & kStripScale ? " window scale" : "");
        case Kind::Delay: return "takes " + seconds_of(e.length) + text(" and up to %u us more", v);
        default: return text("carries %u bytes a second, with a queue of %u bytes", v, e.b);
    }
}

std::string event(const Element& e) {
    switch (e.kind) {
        case Kind::Cut: return when(e) + text("the link of host %u is cut", e.a);
        case Kind::Narrow:
            return when(e) + text("the way to host %u has an MTU of %u bytes", e.a, unsigned(e.value)) +
                   (e.b ? ", which nobody reports" : "");
        case Kind::Pause: return when(e) + text("host %u pauses", e.a);
        case Kind::NoMem: return text("allocation %u fails", unsigned(e.value));
        default: return when(e) + text("host %u crashes and boots again", e.a);
    }
}

const char* forged(u64 which) {
    static const char* const names[] = {"a RST outside of the window",
                                        "a RST in the window, but not at its start",
                                        "a SYN",
                                        "data outside of the window",
                                        "an ACK of what was never sent",
                                        "a FIN outside of the window"};
    return names[which % kForgedKinds];
}

std::string trait(const Element& e) {
    const auto v = static_cast<unsigned>(e.value);
    const std::string side = text("conversation %u, %s: ", e.id, e.a ? "server" : "client");
    switch (e.kind) {
        case Kind::Write: return side + text("writes %u bytes after ", v) + seconds_of(e.length);
        case Kind::SlowReader: return side + text("reads %u bytes every ", v) + seconds_of(e.length);
        case Kind::LateReader: return side + "reads nothing for " + seconds_of(e.length);
        case Kind::Buffers: return side + text("sets its buffers to %u bytes after ", v) + seconds_of(e.at);
        case Kind::NoDelay: return side + "sets TCP_NODELAY";
        case Kind::Cork: return side + "sets TCP_CORK";
        case Kind::Abort: return side + "resets the connection after " + seconds_of(e.at);
        case Kind::CloseEarly: return side + "closes after its last write, without reading";
        case Kind::Keepalive:
            return side + text("sends %u keepalives every ", v) + seconds_of(e.length) + " after " +
                   seconds_of(e.at);
        case Kind::Timeout: return side + "sets TCP_USER_TIMEOUT to " + seconds_of(e.length);
        case Kind::Wrap:
            return side + "begins with " + (v ? "timestamps" : "sequence numbers") + " shortly before 2^32";
        case Kind::OldPort: return side + text("uses port %u", v);
        default:
            return "at " + seconds_of(e.at) + text(": somebody forges, for conversation %u, ", e.id) +
                   forged(e.value);
    }
}

std::string program(const Element& e) {
    const std::string from = "at " + seconds_of(e.at) + text(": conversation %u: host %u ", e.id, e.a);
    const auto n = static_cast<unsigned>(e.value);
    if (e.kind == Kind::Stream) return from + text("connects to host %u", e.b);
    const char* what = e.kind == Kind::Pings ? "echo requests" : "datagrams";
    return from + text("sends %u %s to host %u, one every ", n, what, e.b) + seconds_of(e.length);
}

}  // namespace

std::string in_words(const Element& e) {
    if (is_vsock(e.kind)) return vsock_in_words(e);
    if (is_channel(e.kind)) return channel_in_words(e);
    if (e.kind == Kind::Offload)
        return text("the card of host %u has the features %u", e.a, unsigned(e.value));
    if (e.kind < Kind::Cut) return text("the link of host %u ", e.a) + weather(e);
    if (e.kind < Kind::Stream) return event(e);
    return is_part_of_stream(e.kind) ? trait(e) : program(e);
}

Scenario on_cards_only(const Scenario& s) {
    Scenario rest = s;
    std::erase_if(rest.elements, [](const Element& e) { return is_vsock(e.kind) || is_channel(e.kind); });
    return rest;
}

}  // namespace sim
