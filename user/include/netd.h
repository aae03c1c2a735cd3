/* netd's service: packet channels for programs, port by port. docs/netd.md explains it. For C and C++.
 *
 * netd decides who may have what (/etc/netd.conf), and the kernel enforces it: a channel receives what comes
 * for its ports, and can send only from them. Its memory and rings are those of abi/channel.h. The functions
 * talk to netd over /run/netd and wait for its answer; if netd was restarted, they connect again. A channel
 * that a program has does not need netd any more.
 *
 * They return 0 or an error NETD_*, which is negative.
 */
#pragma once

#include "sys/cdefs.h"

struct bpf_insn; /* abi/bpf.h */

enum {
    NETD_OK = 0,
    NETD_NO_PORTS = -1,     /* no free port is left */
    NETD_IN_USE = -2,       /* another program has this port, by a socket or a channel */
    NETD_NOT_YOURS = -3,    /* the port belongs to another channel */
    NETD_NOT_FOUND = -4,    /* nobody has the port */
    NETD_BUSY = -5,         /* this process has too many connections to netd */
    NETD_NO_MEMORY = -6,    /* of the machine, of netd, or what this program may have */
    NETD_NO_INTERFACE = -7, /* there is no such interface, or it has no address */
    NETD_REFUSED = -8,      /* /etc/netd.conf does not allow it to this program */
    NETD_INVALID = -9,      /* an argument makes no sense: type, size, descriptor or filter */
    NETD_DOWN = -10,        /* netd does not run */
};

/* The protocol of a port: "type" in the functions below. */
enum { NETD_TCP = 6, NETD_UDP = 17 };

struct netd_ip_info {
    unsigned int address, gateway; /* 10.0.2.15 is 0x0a00020f; 0: none */
    unsigned int prefix_length;
    unsigned int mtu;
    unsigned char mac[6];
    char name[8]; /* of the interface */
};

/* What a new channel gets. A null pointer to it means: interface 0, 256 slots, 512 buffers. */
struct netd_size {
    int interface;
    unsigned int slots, buffers;
};

BEGIN_C

/* The address of an interface (index as for ifinfo()). */
int netd_get_ip_info(int interface, struct netd_ip_info* info) NX6(netd_get_ip_info);
int netd_get_mac_address(int interface, unsigned char mac[6]) NX6(netd_get_mac_address);

/* Makes a channel without a port: for a program that needs the memory first. *channel becomes its descriptor.
 */
int netd_open_channel(int* channel, const struct netd_size* size) NX6(netd_open_channel);

/* Opens a port: a free one, which *port then is, or the given one. If *channel is -1, netd makes a channel,
 * and *channel becomes its descriptor; otherwise the port is added to that channel. close() of the last
 * descriptor of a channel frees its ports. */
int netd_get_port(int type, unsigned short* port, int* channel, const struct netd_size* size)
    NX6(netd_get_port);
int netd_bind_port(int type, unsigned short port, int* channel, const struct netd_size* size)
    NX6(netd_bind_port);

/* Frees one port of a channel. NETD_NOT_YOURS, NETD_NOT_FOUND. */
int netd_close_port(int type, unsigned short port, int channel) NX6(netd_close_port);

/* Adds a filter: the channel gets copies of all ARP packets, not only of the replies that every channel gets.
 */
int netd_arp_filter(int* channel, const struct netd_size* size) NX6(netd_arp_filter);

/* Adds a filter: the channel gets copies of the frames that the program accepts; count 0: of all. what:
 * NETCTL_RECEIVED and NETCTL_SENT of abi/netctl.h. words: the filter's text, for netstat. */
int netd_tap(const struct bpf_insn* program, unsigned int count, unsigned int what, const char* words,
             int* channel, const struct netd_size* size) NX6(netd_tap);

/* Gives the DHCP lease back, before the machine is switched off. Does nothing if there is none. */
int netd_release_lease(void) NX6(netd_release_lease);

/* Describes an error NETD_* in lower case. */
const char* netd_error(int error) NX6(netd_error);

END_C
