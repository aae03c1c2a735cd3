/* POSIX: names of hosts and services. A name is looked up in the file /hosts, then in the DNS. The name
 * servers are the boot argument nameserver=ADDRESS[:PORT] (default 10.0.2.3), then, with dns=PORT, the host's
 * `make server`. */
#pragma once

#include "netinet/in.h"

struct addrinfo {
    int ai_flags;
    int ai_family;
    int ai_socktype;
    int ai_protocol;
    socklen_t ai_addrlen;
    struct sockaddr* ai_addr;
    char* ai_canonname;
    struct addrinfo* ai_next;
};

#define AI_PASSIVE     0x01
#define AI_CANONNAME   0x02
#define AI_NUMERICHOST 0x04
#define AI_V4MAPPED    0x08 /* no effect: all results are IPv4 addresses */
#define AI_ALL         0x10 /* likewise */
#define AI_ADDRCONFIG  0x20 /* likewise */
#define AI_NUMERICSERV 0x400

#define NI_NUMERICHOST 1
#define NI_NUMERICSERV 2
#define NI_NOFQDN      4
#define NI_NAMEREQD    8
#define NI_DGRAM       16
#define NI_MAXHOST     256
#define NI_MAXSERV     32

#define EAI_BADFLAGS (-1)
#define EAI_NONAME   (-2) /* no such host or service */
#define EAI_AGAIN    (-3) /* no name server answered */
#define EAI_FAIL     (-4)
#define EAI_FAMILY   (-6)
#define EAI_SOCKTYPE (-7)
#define EAI_SERVICE  (-8)
#define EAI_MEMORY   (-10)
#define EAI_SYSTEM   (-11)
#define EAI_OVERFLOW (-12)

struct hostent {
    char* h_name;
    char** h_aliases;
    int h_addrtype;
    int h_length;
    char** h_addr_list;
};
#define h_addr h_addr_list[0]

struct servent {
    char* s_name;
    char** s_aliases;
    int s_port; /* network byte order */
    char* s_proto;
};

struct protoent {
    char* p_name;
    char** p_aliases;
    int p_proto;
};

#define HOST_NOT_FOUND 1
#define TRY_AGAIN      2
#define NO_RECOVERY    3

BEGIN_C
/* IPv4 addresses: of an IPv6 address only if it is ::1, :: or one of ::ffff:0:0/96, which stand for one.
 * AF_INET6 fails with EAI_FAMILY. */
int getaddrinfo(const char* host, const char* service, const struct addrinfo* hints, struct addrinfo** result)
    POSIX(getaddrinfo);
void freeaddrinfo(struct addrinfo* list) POSIX(freeaddrinfo);
const char* gai_strerror(int error) POSIX(gai_strerror);
/* The host is a number, unless NI_NAMEREQD asks for its name: a server that only logs its clients must not
 * wait for DNS. */
int getnameinfo(const struct sockaddr* addr, socklen_t length, char* host, socklen_t host_size, char* service,
                socklen_t service_size, int flags) POSIX(getnameinfo);
struct hostent* gethostbyname(const char* name) POSIX(gethostbyname); /* valid until the next call */
extern int h_errno;                                                   /* why gethostby...() returned null */
const char* hstrerror(int error) POSIX(hstrerror);
void herror(const char* what) POSIX(herror);
/* From /hosts, or the name server's PTR record. Valid until the next call. */
struct hostent* gethostbyaddr(const void* address, socklen_t length, int family) POSIX(gethostbyaddr);
struct protoent* getprotobyname(const char* name) POSIX(getprotobyname);
struct protoent* getprotobynumber(int protocol) POSIX(getprotobynumber);
/* A null protocol is any. The port is in network byte order. */
struct servent* getservbyname(const char* name, const char* protocol) POSIX(getservbyname);
struct servent* getservbyport(int port, const char* protocol) POSIX(getservbyport);
END_C
