// arp: the neighbours on the link and their hardware addresses, with the states of RFC 4861.
#include "netlist_entries.h"
#include "user.h"

int main(int argc, char** argv) {
    const char usage[] = "arp      lists the neighbour cache: the hardware address of each neighbour";
    help_if_asked(argc, argv, usage);
    if (argc != 1) bad_usage(usage);
    static const char* const kStates[] = {"", "INCOMPLETE", "REACHABLE", "PROBE"};
    printf("%-15s  %-17s  %-10s  %s\n", "Address", "HWaddress", "State", "Iface");
    each_entry<neighbour_entry>(NETLIST_NEIGHBOUR, [](const neighbour_entry& n) {
        char ip[16], mac[20] = "-";
        const unsigned char* b = n.mac;
        if (n.state != NEIGHBOUR_INCOMPLETE)
            snprintf(mac, sizeof mac, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
        printf("%-15s  %-17s  %-10s  %s\n", ip_text(n.addr, ip), mac, kStates[n.state & 3], n.interface);
    });
    return 0;
}
