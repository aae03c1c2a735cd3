/* Network interfaces: the requests of ioctl() on an AF_INET socket, with the numbers and structs of Linux's
 * netdevice(7). Plain C.
 *
 * Each request names the interface in ifr_name and reads or writes one other field. Addresses are
 * sockaddr_ins. Errors: ENODEV (no such interface), EFAULT; setting: EINVAL (an address that is not AF_INET,
 * or a mask with a gap), EADDRNOTAVAIL (not an address of one host, or another interface has it), EOPNOTSUPP
 * (the loopback interface), ENOSPC (too many routes). A request that fails has changed nothing. */
#pragma once

#include "abi/socket.h"

#define IFNAMSIZ 16

#define SIOCGIFNAME    0x8910 /* ifr_ifindex -> ifr_name */
#define SIOCGIFFLAGS   0x8913 /* ifr_flags: IFF_* */
#define SIOCSIFFLAGS   0x8914 /* ifr_flags: only IFF_UP has an effect */
#define SIOCGIFADDR    0x8915 /* ifr_addr. EADDRNOTAVAIL: it has none */
#define SIOCSIFADDR    0x8916 /* ifr_addr, with the mask of its class (/8, /16 or /24). 0.0.0.0: none */
#define SIOCGIFBRDADDR 0x8919 /* ifr_broadaddr */
#define SIOCGIFNETMASK 0x891b /* ifr_netmask */
#define SIOCSIFNETMASK 0x891c /* ifr_netmask. EADDRNOTAVAIL: the interface has no address */
#define SIOCGIFMTU     0x8921 /* ifr_mtu */
#define SIOCGIFHWADDR  0x8927 /* ifr_hwaddr: the MAC address */
#define SIOCGIFINDEX   0x8933 /* ifr_ifindex, from 1 on, in the order of ifinfo() */
/* BSD's: address and mask in one step, as struct ifaliasreq; it replaces the address. Linux's two steps leave
 * the interface with a wrong mask in between. */
#define SIOCAIFADDR 0x8040691a

/* ifr_flags */
#define IFF_UP        0x1
#define IFF_BROADCAST 0x2
#define IFF_LOOPBACK  0x8
#define IFF_RUNNING   0x40 /* up, and the link is up */

/* ifr_hwaddr.sa_family */
#define ARPHRD_ETHER    1
#define ARPHRD_LOOPBACK 772

struct ifreq {
    char ifr_name[IFNAMSIZ];
    __extension__ union {
        struct sockaddr ifr_addr;
        struct sockaddr ifr_broadaddr;
        struct sockaddr ifr_netmask;
        struct sockaddr ifr_hwaddr;
        short ifr_flags;
        int ifr_ifindex;
        int ifr_mtu;
        unsigned long ifr_longest[3]; /* as long as Linux's */
    };
};

struct ifaliasreq {
    char ifra_name[IFNAMSIZ];
    struct sockaddr ifra_addr;
    struct sockaddr ifra_broadaddr; /* ignored: it follows from the others */
    struct sockaddr ifra_mask;
};
