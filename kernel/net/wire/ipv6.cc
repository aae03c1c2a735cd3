#include "net/wire/ipv6.h"

#include "lib/format.h"

namespace net {
namespace {

struct Run {
    int start = -1, length = 0;
};

// The first of the longest runs of zero groups (RFC 5952 section 4.2.3). A single zero is not a run.
Run longest_zero_run(const Ipv6Addr& a) {
    Run best, current;
    for (int i = 0; i < 8; i++) {
        current = a.groups[i] != 0 ? Run{} : Run{current.length ? current.start : i, current.length + 1};
        if (current.length > best.length) best = current;
    }
    return best.length > 1 ? best : Run{};
}

}  // namespace

Ipv6Text format_addr(const Ipv6Addr& a) {
    Ipv6Text t{};
    if (const auto ipv4 = a.mapped_ipv4()) {
        format_to(t.text, sizeof t.text, "::ffff:%s", format_addr(*ipv4).text);
        return t;
    }
    const Run run = longest_zero_run(a);
    usize at = 0;
    const auto append = [&](const char* format, unsigned value) {
        at += static_cast<usize>(format_to(t.text + at, sizeof t.text - at, format, value));
    };
    for (int i = 0; i < 8; i++) {
        if (i == run.start) {
            append("::", 0);
            i += run.length - 1;
        } else {
            append(i == 0 || i == run.start + run.length ? "%x" : ":%x", a.groups[i]);
        }
    }
    return t;
}

}  // namespace net
