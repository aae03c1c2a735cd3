// getifaddrs(): Linux's requests for each interface in turn.
#include "ifaddrs.h"

#include "netinet/in.h"
#include "posix/posix.h"
#include "sys/ioctl.h"

namespace {

// One block of memory for each interface.
struct Entry {
    ifaddrs head;
    char name[IFNAMSIZ];
    sockaddr addr, netmask, broadcast;
};

sockaddr* ask(int fd, unsigned long request, ifreq& r, sockaddr& result) {
    if (ioctl(fd, request, &r) < 0) return nullptr;
    result = r.ifr_addr;
    return &result;
}

void fill(int fd, ifreq& r, Entry& e) {
    memcpy(e.name, r.ifr_name, sizeof e.name);
    e.head.ifa_name = e.name;
    e.head.ifa_addr = ask(fd, SIOCGIFADDR, r, e.addr);
    e.head.ifa_netmask = ask(fd, SIOCGIFNETMASK, r, e.netmask);
    e.head.ifa_broadaddr = ask(fd, SIOCGIFBRDADDR, r, e.broadcast);
    if (ioctl(fd, SIOCGIFFLAGS, &r) == 0) e.head.ifa_flags = static_cast<unsigned short>(r.ifr_flags);
}

}  // namespace

extern "C" {

void freeifaddrs(ifaddrs* list) {
    while (list) {
        ifaddrs* next = list->ifa_next;
        free(list);
        list = next;
    }
}

int getifaddrs(ifaddrs** list) {
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) return -1;
    *list = nullptr;
    ifaddrs** last = list;
    for (int index = 1;; index++) {
        ifreq r{};
        r.ifr_ifindex = index;
        if (ioctl(fd, SIOCGIFNAME, &r) < 0) break;
        auto* e = static_cast<Entry*>(calloc(1, sizeof(Entry)));
        if (!e) {
            freeifaddrs(*list);
            close(fd);
            return posix::check_int(-ENOMEM);
        }
        fill(fd, r, *e);
        *last = &e->head;
        last = &e->head.ifa_next;
    }
    close(fd);
    return 0;
}

}  // extern "C"
