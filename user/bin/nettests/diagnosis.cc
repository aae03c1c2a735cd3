// The reason why no answer came, as far as the counters of the interface and of the stack show it.
#include "kit.h"

namespace nettests {

namespace {

struct Counters {
    unsigned long received = 0;     // frames that the driver took from the device since boot
    unsigned long bad_sources = 0;  // packets dropped because of their source address
};
Counters at_start;

Counters counters_now() {
    struct ifinfo i = {};
    struct net_stats s = {};
    ifinfo(0, &i);
    netstats(&s);
    return {i.rx_packets, s.ip_bad_source};
}

}  // namespace

void remember_counters() { at_start = counters_now(); }

// QEMU's user network sends the error, but from 127.0.0.1, a source that no packet on a link may have (RFC
// 1122 3.2.1.3): the stack drops and counts it.
bool refusal_was_dropped() { return counters_now().bad_sources > at_start.bad_sources; }

bool fail_unanswered(const char* what, int error) {
    const Counters now = counters_now();
    if (now.received == 0) {
        return fail(
            "%s: eth0 has received nothing at all (ifstat: rx 0 packets). Is NET= right? Does the driver "
            "receive?",
            what);
    }
    if (error == -EHOSTUNREACH) return fail("%s: %s does not answer ARP requests", what, setup.host_text);
    return fail("%s: %s, though eth0 has received %lu frames since the test began", what, strerror(error),
                now.received - at_start.received);
}

bool fail_unanswered_by_host(uint16 port, int error) {
    char what[48];
    if (error == -ECONNREFUSED || refusal_was_dropped())
        return fail("nobody listens at %s:%u: start `make server` on the host", setup.host_text, port);
    snprintf(what, sizeof what, "no answer from %s:%u", setup.host_text, port);
    return fail_unanswered(what, error);
}

}  // namespace nettests
