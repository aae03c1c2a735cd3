// ifstat: the network interfaces, and everything the network stack has counted.
#include "user.h"

namespace {

const char kUsage[] =
    "ifstat [-a]      prints interfaces and what the stack counted; -a: counters that are 0 too";

void print_interface(const struct ifinfo& i) {
    char addr[16], gateway[16];
    printf("%s: link %s, MAC %02x:%02x:%02x:%02x:%02x:%02x\n", i.name, i.link_up ? "up" : "down", i.mac[0],
           i.mac[1], i.mac[2], i.mac[3], i.mac[4], i.mac[5]);
    printf("    address %s/%u, gateway %s\n", ip_text(i.addr, addr), i.prefix_length,
           ip_text(i.gateway, gateway));
    printf("    received %lu packets, %lu bytes; sent %lu packets, %lu bytes; %lu interrupts\n", i.rx_packets,
           i.rx_bytes, i.tx_packets, i.tx_bytes, i.interrupts);
    printf("    not received: %lu without an mbuf, %lu bad, %lu missed by the device\n", i.rx_no_mbuf,
           i.rx_bad, i.rx_missed);
    printf("    not sent: %lu refused; the ring was full %lu times\n", i.tx_bad, i.tx_ring_full);
}

void print_counter(unsigned long value, const char* name, const char* text, bool all) {
    if (value || all) printf("%12lu  %-20s  %s\n", value, name, text);
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
