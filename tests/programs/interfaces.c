/* Checks Linux's requests for network interfaces, as its programs use them. It changes nothing. */
#include <net/if.h>
#include <sys/ioctl.h>

#include "check.h"

#ifndef ARPHRD_LOOPBACK
#define ARPHRD_LOOPBACK 772
#endif

static int asked(int fd, const char* name, unsigned long request, struct ifreq* r) {
    memset(r, 0, sizeof *r);
    strncpy(r->ifr_name, name, IFNAMSIZ - 1);
    return ioctl(fd, request, r);
}

static int is(const struct sockaddr* a, const char* text) {
    return a->sa_family == AF_INET && strcmp(inet_ntoa(((const struct sockaddr_in*)a)->sin_addr), text) == 0;
}

static void the_loopback_interface(void) {
    const int all = IFF_UP | IFF_LOOPBACK | IFF_RUNNING, fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq r;
    CHECK(sizeof r == 40);
    CHECK(asked(fd, "lo", SIOCGIFADDR, &r) == 0 && is(&r.ifr_addr, "127.0.0.1"));
    CHECK(asked(fd, "lo", SIOCGIFNETMASK, &r) == 0 && is(&r.ifr_netmask, "255.0.0.0"));
    CHECK(asked(fd, "lo", SIOCGIFFLAGS, &r) == 0 && (r.ifr_flags & all) == all);
    CHECK(asked(fd, "lo", SIOCGIFHWADDR, &r) == 0 && r.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK);
    CHECK(asked(fd, "lo", SIOCGIFMTU, &r) == 0 && r.ifr_mtu >= 576);
    close(fd);
}

static void numbers_and_names(void) {
    const unsigned index = if_nametoindex("lo");
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    char name[IF_NAMESIZE];
    struct ifreq r;
    CHECK(asked(fd, "lo", SIOCGIFINDEX, &r) == 0 && index > 0 && (unsigned)r.ifr_ifindex == index);
    CHECK(if_indextoname(index, name) == name && strcmp(name, "lo") == 0);
    CHECK(if_indextoname(9999, name) == NULL);
    CHECK(if_nametoindex("no-such-one") == 0 && errno == ENODEV);
    FAILS(asked(fd, "no-such-one", SIOCGIFADDR, &r), ENODEV);
    FAILS(asked(fd, "no-such-one", SIOCSIFFLAGS, &r), ENODEV);
    FAILS(asked(1000, "lo", SIOCGIFADDR, &r), EBADF);
    close(fd);
}

static const struct check checks[] = {{"loopback", the_loopback_interface}, {"names", numbers_and_names}};

int main(int argc, char** argv) {
    return run_checks(checks, sizeof checks / sizeof checks[0], argc > 1 ? argv[1] : NULL);
}
