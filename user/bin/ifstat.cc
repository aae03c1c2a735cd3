// ifstat: the counters of the network interfaces and of the network stack.
#include "user.h"

namespace {

const char kUsage[] =
    "ifstat [-a]      prints the counters of the interfaces and of the network stack; -a: also those that "
    "are 0";

void print_interface(const struct ifinfo& i) {
    printf("%s: link %s, %lu interrupts\n", i.name, i.link_up ? "up" : "down", i.interrupts);
    printf("    rx: %lu packets, %lu bytes; dropped: %lu no mbuf, %lu bad, %lu missed by the device\n",
           i.rx_packets, i.rx_bytes, i.rx_no_mbuf, i.rx_bad, i.rx_missed);
    printf("    tx: %lu packets, %lu bytes; dropped: %lu bad; the ring was full %lu times\n", i.tx_packets,
           i.tx_bytes, i.tx_bad, i.tx_ring_full);
}

void print_counter(unsigned long value, const char* name, const char* text, bool all) {
    if (value || all) printf("%12lu  %-24s  %s\n", value, name, text);
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    bool all = false;
    for (int letter; (letter = getopt(argc, argv, "a")) != -1;) {
        if (letter != 'a') bad_usage(kUsage);
        all = true;
    }
    if (optind != argc) bad_usage(kUsage);

    struct ifinfo interface;
    for (int i = 0; ifinfo(i, &interface) >= 0; i++) print_interface(interface);

    struct net_stats s;
    const int result = netstats(&s);
    if (result < 0) die("cannot ask the kernel: %s", strerror(result));
#define COUNTER(name, text) print_counter(s.name, #name, text, all);
#include "abi/net_stats.def"
#undef COUNTER
    return 0;
}
