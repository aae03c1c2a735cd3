// Signals at every wait: each blocking call fails with EINTR, or goes on with SA_RESTART; and a kill ends it
// still.
#include "abi/signal.h"
#include "abi/wait.h"
#include "signal_kit.h"
#include "socket_kit.h"

namespace usertests {

long set_handler(int number, const void* handler, unsigned long flags, const void* restorer) {
    const signal_action a{reinterpret_cast<unsigned long>(handler), 0, flags,
                          reinterpret_cast<unsigned long>(restorer)};
    return sys(kCall_sigaction, number, &a, 0);
}

namespace {

int told = -1;  // the pipe to which the handler writes
void tell(int) { sys(kCall_write, told, "x", 1); }

// In a child: makes the call with this handler. Its status is 3 if the call failed with EINTR.
template <class Job>
int start_with_handler(unsigned long flags, const Pipe& handled, Job job) {
    return start([&]() -> int {
        told = handled.writer();
        set_handler(SIGUSR1, reinterpret_cast<const void*>(&tell), flags);
        const long result = job();
        return result == -EINTR ? 3 : 4;
    });
}

// Sends the signal when the child waits, and waits until the handler has run.
bool interrupt(int pid, const Pipe& handled, const char* what) {
    char byte;
    if (!comes_to_wait(pid)) return fail("no process blocked in: %s", what);
    pollfd p{handled.reader(), POLLIN, 0};
    if (!expect("sigsend()", sigsend(pid, SIGUSR1), 0)) return false;
    if (sys(kCall_poll, &p, 1, 5000) != 1) return fail("no handler ran during: %s", what);
    return expect("read() of what the handler has written", read(p.fd, &byte, 1), 1);
}

template <class Job>
bool fails(const char* what, unsigned long flags, Job job) {
    const Pipe handled;
    const int pid = start_with_handler(flags, handled, job);
    if (pid < 0) return false;
    const bool interrupted = interrupt(pid, handled, what);
    const int watchdog = start_watchdog(pid, 5);
    const int status = end_of(pid);
    kill(watchdog);
    end_of(watchdog);
    return interrupted && expect(what, status, 3);
}

template <class Job>
bool goes_on(const char* what, Job job) {
    const Pipe handled;
    const int pid = start_with_handler(SA_RESTART, handled, job);
    if (pid < 0) return false;
    for (int i = 0; i < 3; i++) {
        if (!interrupt(pid, handled, what)) return end_by_kill(pid, what), false;
    }
    if (!comes_to_wait(pid)) return fail("with SA_RESTART it did not go on: %s", what);
    return end_by_kill(pid, what);
}

// A call that SA_RESTART makes again.
template <class Job>
bool restarts(const char* what, Job job) {
    return fails(what, 0, job) && goes_on(what, job);
}
// One that it does not.
template <class Job>
bool always_fails(const char* what, Job job) {
    return fails(what, 0, job) && fails(what, SA_RESTART, job);
}

// Writes until there is no room, and waits for it.
long write_to_full(int fd) {
    static char text[8192];
    sys(kCall_fcntl, fd, F_SETFL, O_NONBLOCK);
    while (sys(kCall_write, fd, text, sizeof text) > 0) continue;
    sys(kCall_fcntl, fd, F_SETFL, 0);
    for (;;) {  // no short count: a byte is written or not
        if (const long n = sys(kCall_write, fd, text, 1); n < 0) return n;
    }
}

bool pipes_and_processes() {
    const Pipe empty, full;
    const Fd console{open("/console", O_RDONLY)};  // here, because open() may wait, too
    char byte;
    return restarts("a pipe's reader", [&] { return read(empty.reader(), &byte, 1); }) &&
           restarts("a pipe's writer", [&] { return write_to_full(full.writer()); }) &&
           restarts("the console", [&] { return read(console.get(), &byte, 1); }) &&
           restarts("any child",
                    [&]() -> long {
                        const int child = fork();
                        if (child == 0) sleep(30), exit(0);
                        const long result = wait(nullptr);
                        return kill(child), result;
                    }) &&
           restarts("a child that stops", [&]() -> long {
               const int child = fork();
               if (child == 0) sleep(30), exit(0);
               const long result = waitpid(child, nullptr, WUNTRACED);
               return kill(child), result;
           });
}

bool time_and_polls() {
    const Pipe empty;
    pollfd p{empty.reader(), POLLIN, 0};
    const unsigned long none = 0;
    return always_fails("sleep()", [] { return sleep(300); }) &&
           always_fails("nanosleep()", [] { return sys(kCall_nanosleep, 30'000'000'000); }) &&
           always_fails("poll()", [&] { return sys(kCall_poll, &p, 1, -1); }) &&
           always_fails("poll() with a timeout", [&] { return sys(kCall_poll, &p, 1, 30'000); }) &&
           always_fails("sigsuspend()", [&] { return sys(kCall_sigsuspend, &none); });
}

bool streams() {
    Stream s;
    if (!s.ok()) return false;
    const int fd = s.client.get();
    static char text[100];
    const long patience[2] = {30, 0};  // a struct timeval
    return restarts("accept()", [&] { return sys(kCall_accept, s.listening.get(), 0, 0, 0); }) &&
           restarts("a stream's bytes", [&] { return sys(kCall_read, fd, text, 1); }) &&
           restarts("all of a stream's bytes",
                    [&] { return sys(kCall_recvfrom, fd, text, sizeof text, MSG_WAITALL, 0, 0); }) &&
           restarts("connect()", [] { return connect_to(tcp_socket(), kNobody, 9); }) &&
           restarts("room in a stream", [&] { return write_to_full(fd); }) &&
           always_fails("SO_RCVTIMEO", [&] {
               sys(kCall_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, patience, sizeof patience);
               return sys(kCall_read, fd, text, 1);
           });
}

bool datagrams_and_local() {
    const Fd udp(udp_socket());
    int pair[2] = {-1, -1};
    if (!expect("socketpair()", sys(kCall_socketpair, AF_UNIX, SOCK_STREAM, 0, pair), 0)) return false;
    const Fd a(pair[0]), b(pair[1]);
    char byte;
    return restarts("a datagram", [&] { return sys(kCall_recvfrom, udp.get(), &byte, 1, 0, 0, 0); }) &&
           restarts("an echo reply", [&] { return read(pingopen(0x0a000202), &byte, 1); }) &&
           restarts("a local stream's bytes", [&] { return read(a.get(), &byte, 1); }) &&
           restarts("room in a local stream", [&] { return write_to_full(a.get()); });
}

}  // namespace

bool test_signals_in_waits() { return pipes_and_processes() && time_and_polls(); }
bool test_signals_in_socket_waits() { return streams() && datagrams_and_local(); }

// An alarm ends every wait too, and signals that come faster than the calls return lose nothing.
bool test_alarms() {
    return expect("the status of a program with a fast alarm", status_of([] {
                      const Pipe empty;
                      char byte;
                      static volatile int rings = 0;
                      const alarm_time often{1'000'000, 1'000'000};
                      set_handler(SIGALRM, reinterpret_cast<const void*>(+[](int) { rings = rings + 1; }), 0);
                      sys(kCall_setitimer, &often, 0);
                      while (rings < 50) {
                          if (read(empty.reader(), &byte, 1) != -EINTR) return 1;
                      }
                      return 0;
                  }),
                  0);
}

}  // namespace usertests
