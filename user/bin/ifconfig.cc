// ifconfig: the network interfaces, their traffic, their addresses.
#include "net/if.h"
#include "netinet/in.h"
#include "sys/ioctl.h"
#include "user.h"

namespace {

const char kUsage[] =
    "ifconfig [NAME]                prints all interfaces, or the one named\n"
    "       ifconfig NAME ADDRESS/LENGTH   gives it this address and its routes; 0.0.0.0/0: none\n"
    "       ifconfig NAME up|down          starts or stops using it";

// --- printing

void print_address(const struct ifinfo& i) {
    char addr[16], mask[16], gateway[16];
    const unsigned bits = i.prefix_length ? ~0u << (32 - i.prefix_length) : 0;
    if (!i.addr) return printf("    no address"), void();
    printf("    inet %s/%u  netmask %s", ip_text(i.addr, addr), i.prefix_length, ip_text(bits, mask));
    if (i.gateway) printf("  gateway %s", ip_text(i.gateway, gateway));
}

void print(const struct ifinfo& i) {
    printf("%s: %s  mtu %u\n", i.name, !i.up ? "DOWN" : i.link_up ? "UP" : "NO LINK", i.mtu);
    print_address(i);
    const unsigned char* b = i.mac;
    if (i.addr >> 24 != 127)
        printf("\n    ether %02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
    printf("\n    RX packets %lu  bytes %lu  errors %lu  dropped %lu\n", i.rx_packets, i.rx_bytes, i.rx_bad,
           i.rx_no_mbuf + i.rx_missed);
    printf("    TX packets %lu  bytes %lu  errors %lu\n", i.tx_packets, i.tx_bytes, i.tx_bad);
}

// --- changing

void request(unsigned number, void* argument, const char* interface, const char* wish) {
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) die("cannot open a socket: %s", strerror(errno));
    const int error = ioctl(fd, number, argument) < 0 ? errno : 0;
    close(fd);
    if (error == ENODEV) die("there is no interface %s", interface);
    if (error == EADDRNOTAVAIL)
        die("%s cannot have %s: it is not the address of one host, or another interface has it", interface,
            wish);
    if (error) die("cannot set %s to %s: %s", interface, wish, strerror(error));
}

template <unsigned long kRoom>
void put_name(char (&to)[kRoom], const char* name) {
    if (strlen(name) >= kRoom) die("there is no interface %s", name);
    strcpy(to, name);
}

void set_up(const char* name, bool up) {
    struct ifreq r = {};
    put_name(r.ifr_name, name);
    r.ifr_flags = up ? IFF_UP : 0;
    request(SIOCSIFFLAGS, &r, name, up ? "up" : "down");
}

void put_address(struct sockaddr& to, unsigned ip) {
    const struct sockaddr_in a = {AF_INET, 0, {htonl(ip)}, {}};
    memcpy(&to, &a, sizeof a);
}

void set_address(const char* name, const char* wish) {
    char text[32] = "";
    long length = 0;
    unsigned ip = 0;
    snprintf(text, sizeof text, "%s", wish);
    char* slash = strchr(text, '/');
    if (slash) *slash = '\0';
    if (!slash || !parse_ip(text, &ip) || !parse_number(slash + 1, 0, 32, &length))
        die("\"%s\" is neither up nor down nor an address such as 10.0.2.15/24", wish);
    struct ifaliasreq r = {};
    put_name(r.ifra_name, name);
    put_address(r.ifra_addr, ip);
    put_address(r.ifra_mask, length ? ~0u << (32 - length) : 0);
    request(SIOCAIFADDR, &r, name, wish);
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    if (argc > 3) bad_usage(kUsage);
    if (argc == 3) {
        const bool up = strcmp(argv[2], "up") == 0, down = strcmp(argv[2], "down") == 0;
        up || down ? set_up(argv[1], up) : set_address(argv[1], argv[2]);
        return 0;
    }
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
