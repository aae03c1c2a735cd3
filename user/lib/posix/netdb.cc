// Names of hosts and services: looked up as a number, then in the file /hosts, then in the DNS.
#include "netdb.h"

#include "arpa/inet.h"
#include "posix/dns.h"
#include "posix/hosts.h"
#include "posix/posix.h"
#include "posix/services.h"

extern "C" {
char* strdup(const char* s);
}

namespace {

using posix::kMostAddresses;

// The IPv4 address that an IPv6 address stands for.
bool as_ip4(const in6_addr& a, u32& address) {
    const bool local = IN6_IS_ADDR_LOOPBACK(&a) || IN6_IS_ADDR_UNSPECIFIED(&a);
    address = local ? htonl(IN6_IS_ADDR_LOOPBACK(&a) ? INADDR_LOOPBACK : INADDR_ANY) : a.s6_addr32[3];
    return local || IN6_IS_ADDR_V4MAPPED(&a);
}

// The number of addresses of `host`, which are in network byte order; or an EAI_ error.
int resolve(const char* host, int flags, u32 (&addresses)[kMostAddresses]) {
    if (!host) {
        addresses[0] = flags & AI_PASSIVE ? htonl(INADDR_ANY) : htonl(INADDR_LOOPBACK);
        return 1;
    }
    if (inet_pton(AF_INET, host, addresses) == 1) return 1;
    in6_addr ip6;
    if (inet_pton(AF_INET6, host, &ip6) == 1) return as_ip4(ip6, addresses[0]) ? 1 : EAI_FAMILY;
    if (flags & AI_NUMERICHOST) return EAI_NONAME;
    if (posix::find_in_hosts(host, addresses)) return 1;
    const int found = posix::ask_name_servers(host, addresses);
    return found == 0 ? EAI_NONAME : found;
}

// The port in host byte order, or an EAI_ error.
int service_port(const char* service, int flags) {
    long port;
    if (!service) return 0;
    if (parse_number(service, 0, 65535, &port)) return static_cast<int>(port);
    if (flags & AI_NUMERICSERV) return EAI_NONAME;
    const posix::Service* s = posix::find_service(service);
    return s ? s->port : EAI_SERVICE;
}

struct Entry {
    addrinfo info;
    sockaddr_in addr;
};

addrinfo* make_entry(u32 address, int port, int type, int protocol) {
    auto* e = static_cast<Entry*>(calloc(1, sizeof(Entry)));
    if (!e) return nullptr;
    e->addr.sin_family = AF_INET;
    e->addr.sin_port = htons(port);
    e->addr.sin_addr.s_addr = address;
    e->info.ai_family = AF_INET;
    e->info.ai_socktype = type;
    e->info.ai_protocol = protocol;
    e->info.ai_addrlen = sizeof e->addr;
    e->info.ai_addr = reinterpret_cast<sockaddr*>(&e->addr);
    return &e->info;
}

}  // namespace

void freeaddrinfo(addrinfo* list) {
    while (list) {
        addrinfo* next = list->ai_next;
        free(list->ai_canonname);
        free(list);
        list = next;
    }
}

// One entry for each address and socket type, streams first.
int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** result) {
    const addrinfo wanted = hints ? *hints : addrinfo{};
    if (!host && !service) return EAI_NONAME;
    if (wanted.ai_family != AF_UNSPEC && wanted.ai_family != AF_INET) return EAI_FAMILY;
    constexpr int kFlags =
        AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL | AI_ADDRCONFIG | AI_NUMERICSERV;
    if (wanted.ai_flags & ~kFlags || (wanted.ai_flags & AI_CANONNAME && !host)) return EAI_BADFLAGS;
    if (wanted.ai_socktype < 0 || wanted.ai_socktype > SOCK_RAW) return EAI_SOCKTYPE;
    const int port = service_port(service, wanted.ai_flags);
    if (port < 0) return port;
    u32 addresses[kMostAddresses];
    const int n = resolve(host, wanted.ai_flags, addresses);
    if (n < 0) return n;
    addrinfo *first = nullptr, **last = &first;
    for (int i = 0; i < n; i++) {
        for (int type = SOCK_STREAM; type <= SOCK_DGRAM; type++) {
            if (wanted.ai_socktype && wanted.ai_socktype != type) continue;
            const int protocol = type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
            *last = make_entry(addresses[i], port, type, wanted.ai_protocol ? wanted.ai_protocol : protocol);
            if (!*last) return freeaddrinfo(first), EAI_MEMORY;
            last = &(*last)->ai_next;
        }
    }
    if (!first) return EAI_SOCKTYPE;
    if (wanted.ai_flags & AI_CANONNAME && host) first->ai_canonname = strdup(host);
    *result = first;
    return 0;
}

const char* find_host(const char* name, unsigned int* ip) {
    u32 addresses[kMostAddresses];
    const int n = resolve(name, 0, addresses);
    if (n < 0) return gai_strerror(n);
    *ip = ntohl(addresses[0]);
    return nullptr;
}

const char* gai_strerror(int error) {
    switch (error) {
        case 0: return "no error";
        case EAI_BADFLAGS: return "invalid flags";
        case EAI_NONAME: return "no such host";
        case EAI_AGAIN: return "no name server answered";
        case EAI_FAIL: return "the name server failed";
        case EAI_FAMILY: return "address family not supported";
        case EAI_SOCKTYPE: return "socket type not supported";
        case EAI_SERVICE: return "no such service";
        case EAI_MEMORY: return "out of memory";
        case EAI_SYSTEM: return strerror(errno);
        case EAI_OVERFLOW: return "no room for the answer";
        default: return "unknown error";
    }
}

// The host's name, or an EAI_ error.
static int name_of(u32 address, char (&name)[posix::kMaxHostName]) {
    if (posix::find_in_hosts(address, name, sizeof name)) return 0;
    const int found = posix::ask_for_host_name(address, name);
    return found > 0 ? 0 : found == 0 ? EAI_NONAME : found;
}

int getnameinfo(const sockaddr* addr, socklen_t length, char* host, socklen_t host_size, char* service,
                socklen_t service_size, int flags) {
    if (addr->sa_family != AF_INET || length < sizeof(sockaddr_in)) return EAI_FAMILY;
    sockaddr_in in;
    memcpy(&in, addr, sizeof in);
    if (host && host_size) {
        char name[posix::kMaxHostName];
        const int error = flags & NI_NAMEREQD ? name_of(in.sin_addr.s_addr, name) : 0;
        if (error) return error;
        if (!(flags & NI_NAMEREQD)) inet_ntop(AF_INET, &in.sin_addr, name, sizeof name);
        if (strlen(name) >= host_size) return EAI_OVERFLOW;
        strcpy(host, name);
    }
    if (!service || !service_size) return 0;
    const int port = ntohs(in.sin_port);
    const posix::Service* s = flags & NI_NUMERICSERV ? nullptr : posix::service_at(port, flags & NI_DGRAM);
    const int n =
        s ? snprintf(service, service_size, "%s", s->name) : snprintf(service, service_size, "%d", port);
    return n < static_cast<int>(service_size) ? 0 : EAI_OVERFLOW;
}
