// The numbers and names of network interfaces.
#include "net/if.h"
#include "posix/posix.h"
#include "sys/ioctl.h"

namespace {

// Executes a request on a socket of its own.
int ask(unsigned long request, ifreq& r) {
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) return -1;
    const int result = ioctl(fd, request, &r);
    close(fd);
    return result;
}

}  // namespace

extern "C" {

unsigned if_nametoindex(const char* name) {
    ifreq r{};
    if (strlen(name) >= sizeof r.ifr_name) return errno = ENODEV, 0;
    strcpy(r.ifr_name, name);
    return ask(SIOCGIFINDEX, r) == 0 ? static_cast<unsigned>(r.ifr_ifindex) : 0;
}

char* if_indextoname(unsigned index, char* name) {
    ifreq r{};
    r.ifr_ifindex = static_cast<int>(index);
    return ask(SIOCGIFNAME, r) == 0 ? strcpy(name, r.ifr_name) : nullptr;
}

}  // extern "C"
