/* What nx6 has beyond xv6 and POSIX, for programs written with either. A call that fails returns the error
 * negated. Addresses are numbers: 10.0.2.2 is 0x0a000202. */
#pragma once

#include "abi/bpf.h"
#include "abi/info.h"
#include "abi/net.h"
#include "abi/netlist.h"
#include "sys/cdefs.h"

BEGIN_C

/* Some names, such as ifinfo, are a struct and a function: usual in C, but -Wshadow warns of it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

/* ---- network ---- */
int pingopen(unsigned ip)
    NX6_CALL(pingopen); /* an ICMP echo socket: abi/net.h says what it reads and writes */
int settimeout(int fd, int ms)
    NX6_CALL(settimeout); /* read() fails with ETIMEDOUT after that time; 0: never */
int ifinfo(int index, struct ifinfo* info) NX6_CALL(ifinfo);
int netstats(struct net_stats* stats) NX6_CALL(netstats);
int netlist(int what, int first, void* entries, int n)
    NX6_CALL(netlist); /* NETLIST_*, abi/netlist.h; returns how many entries it has filled in */
int setroute(int what, const struct route_entry* route) NX6_CALL(setroute); /* ROUTE_ADD, ROUTE_DELETE */
int pktdump(int mode, const struct bpf_program* filter)
    NX6_CALL(pktdump); /* PKTDUMP_*; abi/info.h says more */

int parse_ip(const char* text, unsigned int* ip) NX6(parse_ip); /* "10.0.2.2": sets *ip, returns 1; else 0 */
struct sockaddr_vm;
/* "vsock:CID:PORT", or "vsock:PORT" for any CID: sets *address (linux/vm_sockets.h), returns 1; else 0 */
int parse_vsock(const char* text, struct sockaddr_vm* address) NX6(parse_vsock);
char* ip_text(unsigned int ip, char text[16]) NX6(ip_text); /* the opposite; returns text */
/* The address of a host, given as a number or as a name in /hosts or the DNS. Returns null, or the reason why
 * there is none. */
const char* find_host(const char* name, unsigned int* ip) NX6(find_host);

/* ---- the system ---- */
unsigned long nanouptime(void) NX6_CALL(nanouptime); /* nanoseconds since boot */
unsigned long walltime(void) NX6_CALL(walltime);     /* nanoseconds since 1970 */
int meminfo(struct meminfo* info) NX6_CALL(meminfo);
int procinfo(struct procinfo* entries, int n) NX6_CALL(procinfo);
int cpuinfo(struct cpuinfo* info) NX6_CALL(cpuinfo);
/* The value of the boot argument NAME=, and its length. -ENOENT: there is none. */
int bootarg(const char* name, char* value, int n) NX6_CALL(bootarg);
int poweroff(int status) NX6_CALL(poweroff); /* QEMU ends with this exit status */

#pragma GCC diagnostic pop

END_C
