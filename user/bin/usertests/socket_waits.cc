// Network calls that block: each ends when its process is killed or when its peer acts, and not earlier. And
// sockets that several processes share.
#include "socket_kit.h"

namespace usertests {
namespace {

void fill(int fd) {
    static char text[8192];
    while (sys(kCall_write, fd, text, sizeof text) > 0) continue;
}

bool streams_waiters_die() {
    Stream s;
    if (!s.ok()) return false;
    const int fd = s.client.get();
    char text[100];
    return can_be_killed("a connection to accept", [&] { sys(kCall_accept, s.listening.get(), 0, 0, 0); }) &&
           can_be_killed("a stream's bytes", [&] { sys(kCall_read, fd, text, 1); }) &&
           can_be_killed("all of a stream's bytes",
                         [&] { sys(kCall_recvfrom, fd, text, sizeof text, MSG_WAITALL, 0, 0); }) &&
           can_be_killed("room in a stream", [&] { fill(fd); }) &&
           can_be_killed("a stream's peer to answer", [] { connect_to(tcp_socket(), kNobody, 9); });
}

bool others_waiters_die() {
    const Fd udp(udp_socket());
    const Stream s;
    pollfd fds[2] = {{udp.get(), POLLIN, 0}, {s.client.get(), POLLIN, 0}};
    char byte;
    return can_be_killed("one of several", [&] { sys(kCall_poll, fds, 2, -1); }) &&
           can_be_killed("one of none", [&] { sys(kCall_poll, 0, 0, 100'000); }) &&
           can_be_killed("a datagram", [&] { sys(kCall_recvfrom, udp.get(), &byte, 1, 0, 0, 0); }) &&
           can_be_killed("a moment", [] { sys(kCall_nanosleep, 3'000'000'000'000); });
}

// close() lingers, because the peer reads nothing. A kill ends that too.
bool lingering_close_dies() {
    const Stream s;
    if (!s.ok()) return false;
    Fd client(tcp_socket());
    const linger patience{1, 1000};
    sys(kCall_setsockopt, client.get(), SOL_SOCKET, SO_LINGER, &patience, sizeof patience);
    connect_to(client.get(), kLoopback, static_cast<unsigned>(port_of(s.listening.get())));
    const Fd server(static_cast<int>(sys(kCall_accept, s.listening.get(), 0, 0, 0)));
    set_nonblocking(client.get());
    Pipe alone;
    const int pid = start([&] {
        char byte;
        alone.close_writer();
        read(alone.reader(), &byte, 1);  // until it has the only descriptor
        fill(client.get());
        client.reset();
        return 5;
    });
    client.reset();
    alone.close_writer();
    return pid >= 0 && end_by_kill(pid, "the acknowledgment of lingering data");
}

}  // namespace

bool test_kill_socket_calls() {
    return streams_waiters_die() && others_waiters_die() && lingering_close_dies();
}

// ---- the peer ----

namespace {

// Starts a child in `call`; then the peer acts, and the call must return `want`.
template <class Call, class Event>
bool wakes(const char* what, Call wait_for, Event event, int want) {
    const int pid = start(wait_for);
    if (pid < 0) return false;
    const bool waits = comes_to_wait(pid);
    event();
    const int watchdog = start_watchdog(pid, 5);
    const int got = end_of(pid);
    kill(watchdog);
    while (wait(nullptr) > 0) continue;
    if (!waits) return fail("no process blocked in: %s", what);
    return expect(what, got, want);
}

int read_one(int fd) {
    char byte;
    return static_cast<int>(sys(kCall_read, fd, &byte, 1));
}

}  // namespace

// A close of another process's copy wakes nobody; the end of the connection does.
bool test_socket_wakeups() {
    Stream a, b, c, d;
    const Fd udp(udp_socket());
    if (!a.ok() || !b.ok() || !c.ok() || !d.ok()) return false;
    bind_to(udp.get(), kLoopback, 0);
    const auto port = static_cast<unsigned>(port_of(udp.get()));
    const auto read_client = [&] { return read_one(a.client.get()); };
    return wakes(
               "a reader when a byte comes", read_client, [&] { sys(kCall_write, a.server.get(), "x", 1); },
               1) &&
           wakes(
               "a reader when the peer closes its direction", read_client,
               [&] { sys(kCall_shutdown, a.server.get(), SHUT_WR); }, 0) &&
           wakes(
               "a reader when its own end is shut down", [&] { return read_one(b.client.get()); },
               [&] { sys(kCall_shutdown, b.client.get(), SHUT_RD); }, 0) &&
           wakes(
               "a poller when a connection comes", [&] { return ready_for(a.listening.get(), POLLIN, -1); },
               [&] {
                   connect_to(Fd(tcp_socket()).get(), kLoopback,
                              static_cast<unsigned>(port_of(a.listening.get())));
               },
               POLLIN) &&
           wakes(
               "a byte, though another process has closed its copy", [&] { return read_one(d.client.get()); },
               [&] {
                   d.client.reset();
                   sleep(1);
                   sys(kCall_write, d.server.get(), "x", 1);
               },
               1) &&
           wakes(
               "a writer when the connection is reset",
               [&] {
                   c.client.reset();  // this process's copy
                   fill(c.server.get());
                   return 3;
               },
               [&] { c.client.reset(); }, 3) &&
           wakes(
               "a reader of datagrams", [&] { return read_one(udp.get()); },
               [&] {
                   const sockaddr_in to = address_of(kLoopback, port);
                   sys(kCall_sendto, Fd(udp_socket()).get(), "x", 1, 0, &to, 16);
               },
               1);
}

// ---- shared ----

// One listener in four processes: each connection is accepted once, and answered by the process that accepted
// it.
bool test_shared_listener() {
    const Fd listening(tcp_socket());
    bind_to(listening.get(), kLoopback, 0);
    sys(kCall_listen, listening.get(), 8);
    const auto port = static_cast<unsigned>(port_of(listening.get()));
    constexpr int kServers = 4;
    int servers[kServers];
    for (int& server : servers) {
        server = start([&] {
            for (;;) {
                const Fd s(static_cast<int>(sys(kCall_accept, listening.get(), 0, 0, 0)));
                char byte;
                if (sys(kCall_read, s.get(), &byte, 1) == 1) sys(kCall_write, s.get(), &byte, 1);
            }
            return 0;
        });
    }
    bool good = true;
    for (int i = 0; good && i < (quick ? 30 : 300); i++) {
        const Fd client(tcp_socket());
        char byte = static_cast<char>(i), answer = 0;
        good = expect("connect()", connect_to(client.get(), kLoopback, port), 0) &&
               expect("write()", sys(kCall_write, client.get(), &byte, 1), 1) &&
               expect("read()", sys(kCall_read, client.get(), &answer, 1), 1) &&
               expect("what came back", answer, byte);
    }
    for (const int server : servers) kill(server);
    while (wait(nullptr) > 0) continue;
    return good;
}

// As many sockets of each kind as the system allows: each limit has its own error, and nothing is leaked.
bool test_socket_exhaustion() {
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
        Pipe hold, told;
        int started = 0, full = 0, error = 0;
        for (; started < 200 && !full && !error; started++) {
            const int pid = start([&] {
                hold.close_writer();
                int last, n = 0;
                while ((last = static_cast<int>(sys(kCall_socket, AF_INET, type, 0))) >= 0)
                    if (n++ % 4 == 0) bind_to(last, kLoopback, 0);  // there are more sockets than ports
                write(told.writer(), &last, sizeof last);
                return read_one(hold.reader());
            });
            int e = 0;
            if (pid < 0 || read(told.reader(), &e, sizeof e) != sizeof e) break;
            full += e == -ENFILE;
            if (e != -ENFILE && e != -EMFILE) error = e;
        }
        hold.close_writer();
        while (wait(nullptr) > 0) continue;
        if (error) return expect("socket() of one too many", error, -ENFILE);
        if (!full)
            return fail("%d processes opened all they could, and did not reach the limit of the system",
                        started);
    }
    return true;
}

}  // namespace usertests
