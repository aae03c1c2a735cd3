// arp: the neighbours on the link, and their hardware addresses.
#include "user.h"

int main(int argc, char** argv) {
    help_if_asked(argc, argv, "arp      lists the neighbours that were asked for, and what they answered");
    if (argc != 1) bad_usage("arp");
    static const char* const kStates[] = {"", "asked", "reachable", "probed"};
    struct neighbour_entry n;
    printf("%-15s  %-17s  %-9s  %s\n", "ADDRESS", "HARDWARE", "STATE", "INTERFACE");
    for (int i = 0; netlist(NETLIST_NEIGHBOUR, i, &n) >= 0; i++) {
        char ip[16], mac[20] = "-";
        const unsigned char* b = n.mac;
        if (n.state != NEIGHBOUR_INCOMPLETE)
            snprintf(mac, sizeof mac, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
        printf("%-15s  %-17s  %-9s  %s\n", ip_text(n.addr, ip), mac, kStates[n.state & 3], n.interface);
    }
    return 0;
}
