// Names of services and protocols, and the functions that are older than getaddrinfo().
#include "arpa/inet.h"
#include "netdb.h"
#include "posix/dns.h"
#include "posix/posix.h"
#include "posix/services.h"

namespace posix {

// The IANA's registry of service names.
constexpr Service kServices[] = {
    {"echo", 7, false},      {"discard", 9, false}, {"daytime", 13, false}, {"chargen", 19, false},
    {"ftp-data", 20, false}, {"ftp", 21, false},    {"ssh", 22, false},     {"telnet", 23, false},
    {"smtp", 25, false},     {"time", 37, false},   {"domain", 53, false},  {"bootps", 67, true},
    {"bootpc", 68, true},    {"tftp", 69, true},    {"http", 80, false},    {"pop3", 110, false},
    {"sunrpc", 111, false},  {"ntp", 123, true},    {"imap", 143, false},   {"snmp", 161, true},
    {"https", 443, false},   {"syslog", 514, true}, {"imaps", 993, false},  {"pop3s", 995, false}};

const Service* find_service(const char* name) {
    for (const Service& s : kServices) {
        if (strcmp(s.name, name) == 0) return &s;
    }
    return nullptr;
}

const Service* service_at(int port, bool udp) {
    for (const Service& s : kServices) {
        if (s.port == port && (udp || !s.udp_alone)) return &s;
    }
    return nullptr;
}

}  // namespace posix

namespace {
char* no_aliases[1];
}

int h_errno;

static int note_error(int error) {
    h_errno = error == 0            ? 0
              : error == EAI_NONAME ? HOST_NOT_FOUND
              : error == EAI_AGAIN  ? TRY_AGAIN
                                    : NO_RECOVERY;
    return error;
}

hostent* gethostbyname(const char* name) {
    static in_addr addresses[posix::kMostAddresses];
    static char* list[posix::kMostAddresses + 1];
    static hostent entry;
    addrinfo hints{}, *found;
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    const int error = getaddrinfo(name, nullptr, &hints, &found);
    if (note_error(error)) return nullptr;
    int n = 0;
    for (const addrinfo* a = found; a && n < posix::kMostAddresses; a = a->ai_next, n++) {
        addresses[n] = reinterpret_cast<const sockaddr_in*>(a->ai_addr)->sin_addr;
        list[n] = reinterpret_cast<char*>(&addresses[n]);
    }
    list[n] = nullptr;
    freeaddrinfo(found);
    entry = {const_cast<char*>(name), no_aliases, AF_INET, sizeof(in_addr), list};
    return &entry;
}

hostent* gethostbyaddr(const void* address, socklen_t length, int family) {
    static in_addr given;
    static char name[posix::kMaxHostName];
    static char* list[] = {reinterpret_cast<char*>(&given), nullptr};
    static hostent entry = {name, no_aliases, AF_INET, sizeof(in_addr), list};
    if (family != AF_INET || length < sizeof given) return h_errno = NO_RECOVERY, nullptr;
    memcpy(&given, address, sizeof given);
    const sockaddr_in in{AF_INET, 0, given, {}};
    const int error = getnameinfo(reinterpret_cast<const sockaddr*>(&in), sizeof in, name, sizeof name,
                                  nullptr, 0, NI_NAMEREQD);
    return note_error(error) ? nullptr : &entry;
}

const char* hstrerror(int error) {
    return error == HOST_NOT_FOUND ? gai_strerror(EAI_NONAME)
           : error == TRY_AGAIN    ? gai_strerror(EAI_AGAIN)
                                   : gai_strerror(error ? EAI_FAIL : 0);
}

void herror(const char* what) { fprintf(2, "%s: %s\n", what, hstrerror(h_errno)); }

static servent* service_entry(const posix::Service* s, const char* protocol) {
    static servent entry;
    const bool tcp = protocol && strcmp(protocol, "tcp") == 0, udp = protocol && strcmp(protocol, "udp") == 0;
    if (!s || (protocol && !tcp && !udp) || (tcp && s->udp_alone)) return nullptr;
    const char* shown = udp || s->udp_alone ? "udp" : "tcp";
    entry = {const_cast<char*>(s->name), no_aliases, htons(s->port), const_cast<char*>(shown)};
    return &entry;
}

servent* getservbyname(const char* name, const char* protocol) {
    return service_entry(posix::find_service(name), protocol);
}

servent* getservbyport(int port, const char* protocol) {
    return service_entry(posix::service_at(ntohs(port), !protocol || *protocol == 'u'), protocol);
}

static protoent protocols[] = {{const_cast<char*>("ip"), no_aliases, IPPROTO_IP},
                               {const_cast<char*>("icmp"), no_aliases, IPPROTO_ICMP},
                               {const_cast<char*>("tcp"), no_aliases, IPPROTO_TCP},
                               {const_cast<char*>("udp"), no_aliases, IPPROTO_UDP}};

protoent* getprotobyname(const char* name) {
    for (protoent& e : protocols) {
        if (strcmp(e.p_name, name) == 0) return &e;
    }
    return nullptr;
}

protoent* getprotobynumber(int protocol) {
    for (protoent& e : protocols) {
        if (e.p_proto == protocol) return &e;
    }
    return nullptr;
}
