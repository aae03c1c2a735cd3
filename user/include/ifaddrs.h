/* BSD and Linux: the addresses of all network interfaces. */
#pragma once

#include "net/if.h"

struct ifaddrs {
    struct ifaddrs* ifa_next;
    char* ifa_name;
    unsigned ifa_flags;        /* IFF_UP ..., net/if.h */
    struct sockaddr* ifa_addr; /* null: it has none */
    struct sockaddr* ifa_netmask;
    struct sockaddr* ifa_broadaddr;
    void* ifa_data;
};
#define ifa_dstaddr ifa_broadaddr

BEGIN_C
int getifaddrs(struct ifaddrs** list) POSIX(getifaddrs);
void freeifaddrs(struct ifaddrs* list) POSIX(freeifaddrs);
END_C
