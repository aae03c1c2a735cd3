// Names of services and protocols, and the functions that are older than getaddrinfo().
#include "arpa/inet.h"
#include "netdb.h"
#include "posix/dns.h"
#include "posix/posix.h"
#include "posix/services.h"

namespace posix {

constexpr Service kServices[] = {{"echo", 7, false},     {"discard", 9, false}, {"daytime", 13, false},
                                 {"chargen", 19, false}, {"ssh", 22, false},    {"telnet", 23, false},
                                 {"smtp", 25, false},    {"time", 37, false},   {"domain", 53, false},
                                 {"tftp", 69, true},     {"http", 80, false},   {"ntp", 123, true},
                                 {"https", 443, false}};

const Service* find_service(const char* name) {
    for (const Service& s : kServices) {
        if (strcmp(s.name, name) == 0) return &s;
    }
    return nullptr;
}

}  // namespace posix

namespace {
char* no_aliases[1];
}

int h_errno;

hostent* gethostbyname(const char* name) {
    static in_addr addresses[posix::kMostAddresses];
    static char* list[posix::kMostAddresses + 1];
    static hostent entry;
    addrinfo hints{}, *found;
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    const int error = getaddrinfo(name, nullptr, &hints, &found);
    h_errno = error == 0            ? 0
              : error == EAI_NONAME ? HOST_NOT_FOUND
              : error == EAI_AGAIN  ? TRY_AGAIN
                                    : NO_RECOVERY;
    if (error) return nullptr;
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

const char* hstrerror(int error) {
    return error == HOST_NOT_FOUND ? gai_strerror(EAI_NONAME)
           : error == TRY_AGAIN    ? gai_strerror(EAI_AGAIN)
                                   : gai_strerror(error ? EAI_FAIL : 0);
}

void herror(const char* what) { fprintf(2, "%s: %s\n", what, hstrerror(h_errno)); }

servent* getservbyname(const char* name, const char* protocol) {
    static servent entry;
    const posix::Service* s = posix::find_service(name);
    const bool tcp = protocol && strcmp(protocol, "tcp") == 0;
    if (!s || (tcp && s->udp_alone)) return nullptr;
    entry = {const_cast<char*>(s->name), no_aliases, htons(s->port), const_cast<char*>(tcp ? "tcp" : "udp")};
    return &entry;
}

protoent* getprotobyname(const char* name) {
    static protoent entries[] = {{const_cast<char*>("ip"), no_aliases, IPPROTO_IP},
                                 {const_cast<char*>("icmp"), no_aliases, IPPROTO_ICMP},
                                 {const_cast<char*>("tcp"), no_aliases, IPPROTO_TCP},
                                 {const_cast<char*>("udp"), no_aliases, IPPROTO_UDP}};
    for (protoent& e : entries) {
        if (strcmp(e.p_name, name) == 0) return &e;
    }
    return nullptr;
}
