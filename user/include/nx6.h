/* What nx6 has beyond xv6 and POSIX, for programs written with either. A call that fails returns the error
 * negated. Addresses are numbers: 10.0.2.2 is 0x0a000202. */
#pragma once

#include "abi/info.h"
#include "abi/net.h"
#include "abi/netlist.h"
#include "sys/cdefs.h"

BEGIN_C

/* stat, ifinfo and their like are a struct and a function each: C's habit, which only -Wshadow minds. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

/* ---- network ---- */
int pingopen(unsigned ip);      /* an ICMP echo socket: abi/net.h says what it reads and writes */
int settimeout(int fd, int ms); /* read() gives up with ETIMEDOUT after so long; 0: never */
int ifinfo(int index, struct ifinfo* info);
int netstats(struct net_stats* stats);
int netlist(int what, int index, void* entry);           /* NETLIST_*, abi/netlist.h; -ENOENT past the last */
int setroute(int what, const struct route_entry* route); /* ROUTE_ADD, ROUTE_DELETE */
int pktdump(int mode); /* PKTDUMP_*; the old mode. A negative mode asks only */

int parse_ip(const char* text, unsigned int* ip) NX6(parse_ip); /* "10.0.2.2": 1 and *ip is set, or 0 */
char* ip_text(unsigned int ip, char text[16]) NX6(ip_text);     /* the other way round; returns text */
/* The address of a host: a number, a name of /hosts, or one that DNS knows. Null, or why there is none. */
const char* find_host(const char* name, unsigned int* ip) NX6(find_host);

/* ---- the system ---- */
unsigned long nanouptime(void); /* nanoseconds since boot */
unsigned long walltime(void);   /* nanoseconds since 1970 */
int meminfo(struct meminfo* info);
int procinfo(struct procinfo* entries, int n);
int cpuinfo(struct cpuinfo* info);
/* The value behind NAME= on the kernel's command line, and its length. -ENOENT: it is not there. */
int bootarg(const char* name, char* value, int n);
int poweroff(int status); /* QEMU ends with this exit status */

#pragma GCC diagnostic pop

END_C
