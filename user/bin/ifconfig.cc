// ifconfig: the network interfaces and their traffic.
#include "user.h"

namespace {

const char kUsage[] = "ifconfig [NAME]      prints all interfaces, or the one named";

void print(const struct ifinfo& i) {
    char addr[16], mask[16], gateway[16];
    const unsigned bits = i.prefix_length ? ~0u << (32 - i.prefix_length) : 0;
    printf("%s: %s  mtu %u\n", i.name, i.link_up ? "UP" : "DOWN", i.mtu);
    printf("    inet %s/%u  netmask %s", ip_text(i.addr, addr), i.prefix_length, ip_text(bits, mask));
    if (i.gateway) printf("  gateway %s", ip_text(i.gateway, gateway));
    const unsigned char* b = i.mac;
    if (i.addr >> 24 != 127)
        printf("\n    ether %02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
    printf("\n    RX packets %lu  bytes %lu  errors %lu  dropped %lu\n", i.rx_packets, i.rx_bytes, i.rx_bad,
           i.rx_no_mbuf + i.rx_missed);
    printf("    TX packets %lu  bytes %lu  errors %lu\n", i.tx_packets, i.tx_bytes, i.tx_bad);
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
