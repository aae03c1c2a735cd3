// `make server`: what nettests in the guest talks to. A UDP echo peer, a sink that counts, a DNS responder,
// on three ports of 127.0.0.1 (the guest reaches that as 10.0.2.2).
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "tools/dns.h"

namespace {

constexpr const char* kUsage =
    R"(usage: server [--port N] [--dns N] [--sink N] [--lock FILE] [--quiet]

  --port N     UDP echo: sends back what it gets, and prints it
               "BURST n size" is answered by n datagrams of size bytes, each beginning with its number
               (4 bytes, big-endian)
               "a message from xv6!" is answered by "this is the host!", as xv6's nettests want it
  --dns N      DNS: knows nx6.test, all below it, and pdos.csail.mit.edu
  --sink N     counts datagrams; "COUNT?" is answered with the number since the last time
  --lock FILE  held while the server runs: others see by it that these ports are in good hands
  --quiet      do not print what comes in

A port not named is not served. All are on 127.0.0.1. Ctrl-C ends the server.
)";

volatile std::sig_atomic_t stop = 0;

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "server: %s\n", what.c_str());
    std::exit(1);
}

struct Options {
    int echo = 0, dns = 0, sink = 0;
    const char* lock = nullptr;
    bool quiet = false;
};

int parse_port(std::string_view option, const char* text) {
    int port = 0;
    const char* end = text + std::strlen(text);
    if (auto [p, error] = std::from_chars(text, end, port);
        error != std::errc{} || p != end || port < 1 || port > 65535)
        fail(std::string(option) + " " + text + ": a port is a number from 1 to 65535");
    return port;
}

Options parse_options(int argc, char** argv) {
    Options o;
    for (int i = 1; i < argc; i++) {
        std::string_view a = argv[i];
        if (a == "--help" || a == "-h") std::exit(std::fputs(kUsage, stdout) < 0);
        if (a == "--quiet") {
            o.quiet = true;
            continue;
        }
        if (a != "--port" && a != "--dns" && a != "--sink" && a != "--lock")
            fail("no such option: " + std::string(a) + " (see --help)");
        if (++i == argc) fail(std::string(a) + " wants a value (see --help)");
        if (a == "--lock") o.lock = argv[i];
        if (a == "--port") o.echo = parse_port(a, argv[i]);
        if (a == "--dns") o.dns = parse_port(a, argv[i]);
        if (a == "--sink") o.sink = parse_port(a, argv[i]);
    }
    if (!o.echo && !o.dns && !o.sink) fail("no port named (see --help; `make server` chooses free ones)");
    return o;
}

// One of the three services: a bound socket and what to do with a datagram.
class Service {
  public:
    using Peer = sockaddr_in;
    Service(const char* name, int port, bool quiet) : name_(name), quiet_(quiet) {
        if (port) bind_to(port);
    }
    virtual ~Service() {
        if (fd_ >= 0) close(fd_);
    }
    int fd() const { return fd_; }

    // Takes all that waits, so that a burst is answered without a select() for each.
    void drain() {
        std::array<u8, 65536> buffer;
        Peer from;
        socklen_t length = sizeof from;
        ssize_t n;
        while (!stop && (n = recvfrom(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT,
                                      reinterpret_cast<sockaddr*>(&from), &length)) >= 0) {
            if (!quiet_) show(from, {buffer.data(), static_cast<usize>(n)});
            handle(from, {buffer.data(), static_cast<usize>(n)});
            length = sizeof from;
        }
    }

  protected:
    virtual void handle(const Peer& from, Bytes datagram) = 0;
    void send(const Peer& to, Bytes datagram) {
        // A peer that has gone makes this fail; UDP promises nothing, so neither do we.
        (void)!sendto(fd_, datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                      sizeof to);
    }

  private:
    void bind_to(int port) {
        fd_ = socket(AF_INET, SOCK_DGRAM, 0);
        Peer here{};
        here.sin_family = AF_INET;
        here.sin_port = htons(static_cast<u16>(port));
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int size = 4 << 20;
        setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
        if (fd_ < 0 || bind(fd_, reinterpret_cast<sockaddr*>(&here), sizeof here) < 0)
            fail(std::string(name_) + " port " + std::to_string(port) +
                 " on 127.0.0.1: " + std::strerror(errno) +
                 (errno == EADDRINUSE
                      ? ". Another program has it; `make server` chooses another when run again,"
                        " then restart `make qemu` so that the guest learns of it."
                      : ""));
        std::printf("%-5s on 127.0.0.1:%d\n", name_, port);
    }

    // Printable text as it is, the rest as dots, shortened.
    void show(const Peer& from, Bytes datagram) const {
        constexpr usize kShown = 48;
        std::string text;
        for (u8 c : datagram.first(std::min(datagram.size(), kShown)))
            text += c >= ' ' && c < 0x7f ? static_cast<char>(c) : '.';
        std::printf("%-5s from %s:%d, %zu bytes: %s%s\n", name_, inet_ntoa(from.sin_addr),
                    ntohs(from.sin_port), datagram.size(), text.c_str(),
                    datagram.size() > kShown ? "..." : "");
    }

    const char* name_;
    bool quiet_;
    int fd_ = -1;
};

class Echo : public Service {
  public:
    using Service::Service;

  private:
    // What the nettests of xv6's network lab say, and expect, since 2020.
    static constexpr std::string_view kXv6Question = "a message from xv6!", kXv6Answer = "this is the host!";

    void handle(const Peer& from, Bytes datagram) override {
        unsigned count = 0, size = 0;
        std::string head(reinterpret_cast<const char*>(datagram.data()),
                         std::min<usize>(datagram.size(), 32));
        if (std::sscanf(head.c_str(), "BURST %9u %9u", &count, &size) == 2)
            burst(from, std::min(count, 4096u), std::clamp(size, 4u, 1472u));
        else if (head == kXv6Question)
            send(from, {reinterpret_cast<const u8*>(kXv6Answer.data()), kXv6Answer.size()});
        else
            send(from, datagram);
    }

    // QEMU takes datagrams one by one from a socket buffer of some 200 KiB: a rest after every 64 KiB keeps
    // the loss, if there is any, in the guest, where it is to be measured.
    void burst(const Peer& to, unsigned count, unsigned size) {
        std::array<u8, 1472> datagram{};
        unsigned since_rest = 0;
        for (u32 i = 0; i < count && !stop; i++) {
            for (unsigned byte = 0; byte < 4; byte++) datagram[byte] = static_cast<u8>(i >> (24 - 8 * byte));
            send(to, Bytes(datagram).first(size));
            since_rest += size + 256;
            if (since_rest > 64 << 10) {
                usleep(2000);
                since_rest = 0;
            }
        }
    }
};

class Sink : public Service {
  public:
    using Service::Service;

  private:
    void handle(const Peer& from, Bytes datagram) override {
        if (std::string_view(reinterpret_cast<const char*>(datagram.data()), datagram.size()) != "COUNT?") {
            count_++;
            return;
        }
        std::string answer = std::to_string(count_);
        send(from, {reinterpret_cast<const u8*>(answer.data()), answer.size()});
        count_ = 0;
    }
    unsigned long count_ = 0;
};

class Dns : public Service {
  public:
    using Service::Service;

  private:
    void handle(const Peer& from, Bytes query) override {
        std::array<u8, dns::kMaxMessage> reply;
        if (usize n = dns::answer(query, reply)) send(from, Bytes(reply).first(n));
    }
};

void take_lock(const char* path) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) fail(std::string(path) + ": " + std::strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        fail("`make server` is running already in this checkout: use that one");
}

// Signals are blocked but for the time inside pselect: none is lost between the test of `stop` and the wait.
template <class... Services>
void serve(Services&... services) {
    sigset_t ends, before;
    sigemptyset(&ends);
    for (int s : {SIGINT, SIGTERM, SIGHUP}) {
        sigaddset(&ends, s);
        std::signal(s, [](int) { stop = 1; });
    }
    sigprocmask(SIG_BLOCK, &ends, &before);
    while (!stop) {
        fd_set ready;
        FD_ZERO(&ready);
        int highest = -1;
        auto watch = [&](Service& s) {
            if (s.fd() >= 0) FD_SET(s.fd(), &ready);
            highest = std::max(highest, s.fd());
        };
        (watch(services), ...);
        if (pselect(highest + 1, &ready, nullptr, nullptr, nullptr, &before) <= 0) continue;
        auto drain = [&](Service& s) {
            if (s.fd() >= 0 && FD_ISSET(s.fd(), &ready)) s.drain();
        };
        (drain(services), ...);
    }
}

}  // namespace

int main(int argc, char** argv) {
    Options o = parse_options(argc, argv);
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    if (o.lock) take_lock(o.lock);
    Echo echo("echo", o.echo, o.quiet);
    Sink sink("sink", o.sink, true);
    Dns dns("dns", o.dns, o.quiet);
    serve(echo, sink, dns);
    std::puts("server: ended");
}
