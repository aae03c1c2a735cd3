// nettests: tests the network against the host's `make server`. Each test runs in a process of its own with a
// deadline, so that none can hang or disturb the next. The tests are in user/bin/nettests/.
#include "kit.h"

namespace {

using namespace nettests;

const char kUsage[] =
    "nettests [-l] [-q] [NAME...]      runs all tests, or those named; status 0 only if all pass\n"
    "  -l  lists the tests      -q  quick: fewer repetitions\n"
    "  The host must run `make server`. The boot arguments server= and dns= are its ports (`make qemu` sets "
    "them).";

const Test kTests[] = {
    {"ping", "one datagram to the host and back", test_ping, 10},
    {"ping-100", "100 pings from one process", test_ping_100, 30},
    {"ping-10x", "10 processes at once", test_ping_10_processes, 30},
    {"dns", "DNS queries for two names", test_dns, 10},
    {"dns-unknown", "a DNS query for a name that does not exist", test_dns_unknown, 10},
    {"sizes", "datagrams of 0, 1 ... 9000 bytes", test_sizes, 30},
    {"burst", "256 datagrams at once, as many as the receive ring holds", test_burst, 20},
    {"overflow", "more datagrams than the socket's queue holds", test_overflow, 20},
    {"readers", "4 processes read one socket", test_readers, 20},
    {"gateway", "an ICMP echo from the gateway", test_gateway, 10},
    {"unreachable", "an ICMP error for a datagram to a closed port", test_unreachable, 10},
    {"timeout", "a read times out in time", test_timeout, 10},
    {"kill", "a blocked reader can be killed", test_kill, 10},
    {"arguments", "wrong arguments, each with its own error", test_arguments, 20},
    {"descriptors", "all descriptors in use", test_descriptors, 10},
    {"share", "dup, fork and exec share a socket", test_share, 20},
    {"sockets", "no socket is lost", test_sockets_back, 20},
    {"mbufs", "no mbuf is lost", test_mbufs_back, 20},
    {"pages", "no page is lost", test_pages_back, 30},
};

uint16 port_argument(const char* name) {
    char text[16];
    long port;
    const int n = bootarg(name, text, sizeof text);
    return n > 0 && parse_number(text, 1, 65535, &port) ? static_cast<uint16>(port) : 0;
}

void read_setup() {
    if (bootarg("host", setup.host_text, sizeof setup.host_text) <= 0) strcpy(setup.host_text, "10.0.2.2");
    if (!parse_ip(setup.host_text, &setup.host))
        die("boot argument host=%s is not an address", setup.host_text);
    setup.server = port_argument("server");
    setup.dns = port_argument("dns");
    if (setup.server == 0) {
        die("the boot argument server=PORT is missing: start the guest with `make qemu`, or give QEMU "
            "-append \"server=PORT dns=PORT\" with the ports of the host's server");
    }
}

void start() {
    read_setup();
    remember_usage();
}

}  // namespace

int main(int argc, char** argv) {
    return run_suite({kUsage, kTests, sizeof kTests / sizeof kTests[0], start, remember_counters}, argc,
                     argv);
}
