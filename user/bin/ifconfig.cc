// ifconfig: the network interfaces, with what went through them.
#include "user.h"

namespace {

const char kUsage[] = "ifconfig [NAME]      prints the interfaces, or one of them";

void print(const struct ifinfo& i) {
    char addr[16], mask[16], gateway[16];
    const unsigned bits = i.prefix_length ? ~0u << (32 - i.prefix_length) : 0;
    printf("%s: %s, %s/%u, netmask %s", i.name, i.link_up ? "up" : "down", ip_text(i.addr, addr),
           i.prefix_length, ip_text(bits, mask));
    if (i.gateway) printf(", gateway %s", ip_text(i.gateway, gateway));
    printf("\n    MTU 1500");
    if (i.addr >> 24 != 127)
        printf(", hardware address %02x:%02x:%02x:%02x:%02x:%02x", i.mac[0], i.mac[1], i.mac[2], i.mac[3],
               i.mac[4], i.mac[5]);
    printf("\n    received %lu packets, %lu bytes; %lu lost, %lu bad\n", i.rx_packets, i.rx_bytes,
           i.rx_no_mbuf + i.rx_missed, i.rx_bad);
    printf("    sent %lu packets, %lu bytes; %lu refused\n", i.tx_packets, i.tx_bytes, i.tx_bad);
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    if (argc > 2) bad_usage(kUsage);
    bool found = false;
    struct ifinfo interface;
    for (int i = 0; ifinfo(i, &interface) >= 0; i++) {
        if (argc == 2 && strcmp(argv[1], interface.name) != 0) continue;
        found = true;
        print(interface);
    }
    if (!found && argc == 2) die("there is no interface %s", argv[1]);
    return 0;
}
