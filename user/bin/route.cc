// route: the routing table.
#include "netlist_entries.h"
#include "user.h"

namespace {

const char kUsage[] =
    "route                                                  lists the routes; the first that matches is "
    "used\n"
    "       route add NETWORK/LENGTH|default GATEWAY [METRIC]      a route through a gateway\n"
    "       route delete NETWORK/LENGTH|default [INTERFACE]        deletes it; INTERFACE is eth0 by default";

void list() {
    printf("%-18s  %-15s  %6s  %s\n", "Destination", "Gateway", "Metric", "Iface");
    each_entry<route_entry>(NETLIST_ROUTE, [](const route_entry& r) {
        char to[16], network[24], gateway[16];
        snprintf(network, sizeof network, "%s/%u", ip_text(r.to, to), r.prefix_length);
        printf("%-18s  %-15s  %6u  %s\n", r.prefix_length ? network : "default",
               r.gateway ? ip_text(r.gateway, gateway) : "on-link", r.metric, r.interface);
    });
}

// "10.1.0.0/16" or "default".
void parse_network(char* text, route_entry& r) {
    long length = 0;
    if (strcmp(text, "default") == 0) return;
    char* slash = strchr(text, '/');
    if (slash) *slash = '\0';
    if (!slash || !parse_ip(text, &r.to) || !parse_number(slash + 1, 0, 32, &length)) {
        die("\"%s\" is not a network such as 10.1.0.0/16", text);
    }
    r.prefix_length = static_cast<unsigned short>(length);
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    if (argc == 1) return list(), 0;
    const bool adds = strcmp(argv[1], "add") == 0, deletes = strcmp(argv[1], "delete") == 0;
    if ((!adds && !deletes) || argc < (adds ? 4 : 3) || argc > (adds ? 5 : 4)) bad_usage(kUsage);
    route_entry r{};
    parse_network(argv[2], r);
    long metric = 0;
    if (adds && !parse_ip(argv[3], &r.gateway)) die("\"%s\" is not an address such as 10.0.2.2", argv[3]);
    if (adds && argc == 5 && !parse_number(argv[4], 0, 65535, &metric))
        die("a metric is a number up to 65535");
    r.metric = static_cast<unsigned short>(metric);
    if (deletes) snprintf(r.interface, sizeof r.interface, "%s", argc == 4 ? argv[3] : "eth0");
    const int result = setroute(adds ? ROUTE_ADD : ROUTE_DELETE, &r);
    char gateway[16];
    if (result == -ENODEV && adds) die("no interface has %s on its link", ip_text(r.gateway, gateway));
    if (result < 0) die("cannot %s the route: %s", argv[1], strerror(result));
    return 0;
}
