// Queries to the name servers: each in turn, with a timeout, several rounds.
#include "posix/dns.h"

#include "arpa/inet.h"
#include "netdb.h"
#include "poll.h"
#include "posix/posix.h"
#include "posix/resolv_conf.h"

namespace posix {
namespace {

constexpr int kRounds = 3;
constexpr int kFirstWaitMs = 1000;  // doubled with every round

struct Server {
    u32 ip = 0;  // host byte order; 0: there is none
    u16 port = 53;
};

// "10.0.2.3" or "10.0.2.3:53".
Server parse_server(char* text) {
    Server s;
    long port = 53;
    for (char* p = text; *p; p++) {
        if (*p != ':') continue;
        *p = '\0';
        if (!parse_number(p + 1, 1, 65535, &port)) return {};
    }
    if (!parse_ip(text, &s.ip)) return {};
    s.port = static_cast<u16>(port);
    return s;
}

constexpr int kMostServers = kMostNameServers + 1;

// Those of the file. It is read for each name, so a change has its effect at once.
int find_in_file(Server* servers) {
    char text[1024];
    const int fd = open(kResolvConf, O_RDONLY);
    if (fd < 0) return 0;
    const int length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) return 0;
    text[length] = '\0';
    u32 found[kMostNameServers];
    const int n = read_name_servers(text, found);
    for (int i = 0; i < n; i++) servers[i].ip = found[i];
    return n;
}

// Those of /etc/resolv.conf or, without any, the boot argument's; then the DNS responder of the host's `make
// server`.
void find_servers(Server (&servers)[kMostServers]) {
    char text[32];
    int n = find_in_file(servers);
    if (n == 0) {
        if (bootarg("nameserver", text, sizeof text) <= 0) strcpy(text, "10.0.2.3");
        servers[n++] = parse_server(text);
    }
    long port;
    if (bootarg("dns", text, sizeof text) <= 0 || !parse_number(text, 1, 65535, &port)) return;
    if (bootarg("host", text, sizeof text) <= 0) strcpy(text, "10.0.2.2");
    servers[n] = parse_server(text);
    servers[n].port = static_cast<u16>(port);
}

unsigned long now_ms() { return nanouptime() / 1'000'000; }

// Waits for an answer to the query, which `read` accepts; EAI_AGAIN: none came. The socket is connected, so
// only the server can answer.
template <class Read>
int wait_for_answer(int fd, int wait_ms, Read read) {
    const unsigned long deadline = now_ms() + static_cast<unsigned long>(wait_ms);
    for (;;) {
        const auto left = static_cast<long>(deadline - now_ms());
        pollfd p{fd, POLLIN, 0};
        if (left <= 0 || poll(&p, 1, static_cast<int>(left)) <= 0) return EAI_AGAIN;
        u8 answer[kMaxDnsMessage];
        const ssize_t n = recv(fd, answer, sizeof answer, 0);
        if (n < 0) return EAI_AGAIN;  // for example, the port is closed
        const int found = read(answer, static_cast<usize>(n));
        if (found >= 0) return found;
        if (found == kServerFailed) return EAI_FAIL;
    }
}

template <class Read>
int ask(const Server& server, const DnsQuery& query, int wait_ms, Read read) {
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) return EAI_SYSTEM;
    const sockaddr_in to{AF_INET, htons(server.port), {htonl(server.ip)}, {}};
    int result = EAI_AGAIN;
    if (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 &&
        send(fd, query.message, query.length, 0) >= 0)
        result = wait_for_answer(fd, wait_ms, read);
    posix_close(fd);
    return result;
}

// `read` reads a message: what it found, kNotTheAnswer or kServerFailed.
template <class Read>
int ask_all(DnsQuery& query, const char* name, DnsType type, Read read) {
    // The random source port protects against forged answers.
    make_dns_query(query, static_cast<u16>(nanouptime() * 0x9e37'79b9 >> 12), name, type);
    if (query.length == 0) return EAI_NONAME;
    Server servers[kMostServers];
    find_servers(servers);
    int result = EAI_AGAIN;
    for (int i = 0, wait = kFirstWaitMs; i < kRounds; i++, wait *= 2) {
        for (const Server& s : servers) {
            if (!s.ip) continue;
            result = ask(s, query, wait, read);
            if (result >= 0 || result == EAI_SYSTEM) return result;
        }
        if (result == EAI_FAIL) break;
    }
    return result;
}

}  // namespace

int ask_name_servers(const char* name, u32 addresses[kMostAddresses]) {
    DnsQuery query;
    return ask_all(query, name, DnsType::A, [&](const u8* message, usize n) {
        return read_dns_addresses(query, message, n, addresses);
    });
}

// RFC 1035 section 3.5: the address's bytes in reverse order.
int ask_for_host_name(u32 address, char name[kMaxHostName]) {
    const auto* b = reinterpret_cast<const u8*>(&address);
    char reverse[40];
    snprintf(reverse, sizeof reverse, "%d.%d.%d.%d.in-addr.arpa", b[3], b[2], b[1], b[0]);
    DnsQuery query;
    return ask_all(query, reverse, DnsType::Ptr,
                   [&](const u8* message, usize n) { return read_dns_name(query, message, n, name); });
}

}  // namespace posix
