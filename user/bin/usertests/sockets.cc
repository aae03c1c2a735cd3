// Sockets: closed, shared and killed during a read; as many as the system allows; and answers that nobody
// reads.
#include "kit.h"

namespace usertests {
namespace {

constexpr uint32 kHost = 0x0a00'0202;  // 10.0.2.2: QEMU's user network answers pings by itself
constexpr uint16 kDiscard = 9;

bool no_network() {
    struct ifinfo interface;
    if (ifinfo(0, &interface) >= 0) return false;
    note("there is no network interface");
    return true;
}

}  // namespace

// Several processes read one socket; they are killed, time out, or their descriptor is closed.
bool test_socket_races() {
    if (no_network()) return true;
    Draw draw(4);
    for (int round = 0; round < (quick ? 10 : 100); round++) {
        Fd fd(connect(kHost, 0, kDiscard));
        if (!fd.ok()) return expect("connect()", fd.get(), 0);
        settimeout(fd.get(), 50);
        int readers[4];
        for (int& reader : readers) {
            reader = start([&] {
                char byte;
                const int n = read(fd.get(), &byte, 1);
                return n == -ETIMEDOUT || n == -ECONNREFUSED ? 0 : n;
            });
        }
        write(fd.get(), "x", 1);
        if (draw.below(2)) fd.reset();
        kill(readers[draw.below(4)]);
        for (int i = 0, status; i < 4; i++) {
            if (wait(&status) < 0) return fail("a reader is missing");
            if (status != 0 && status != kKilled) return expect("read() of a socket", status, -ETIMEDOUT);
        }
    }
    return true;
}

// Processes open sockets until the system has no more; a local port can be used only once.
bool test_socket_limit() {
    if (no_network()) return true;
    Fd a(connect(kHost, 4321, kDiscard)), b(connect(kHost, 4321, kDiscard));
    if (!a.ok() || !expect("connect() from a port in use", b.get(), -EADDRINUSE)) return false;
    Pipe hold, told;
    int started = 0;
    for (; started < 20; started++) {
        const int pid = start([&] {
            hold.close_writer();
            int error;
            while ((error = connect(kHost, 0, kDiscard)) >= 0) continue;
            write(told.writer(), &error, sizeof error);
            char byte;
            return read(hold.reader(), &byte, 1);
        });
        if (pid < 0) break;
    }
    int full = 0, error = 0;
    for (int i = 0; i < started && read(told.reader(), &error, sizeof error) == sizeof error; i++) {
        if (error == -ENFILE)
            full++;
        else if (error != -EMFILE)
            break;
    }
    hold.close_writer();
    while (wait(nullptr) > 0) continue;
    if (error != -ENFILE && error != -EMFILE)
        return expect("connect() of one socket too many", error, -ENFILE);
    note(full ? "the limit was reached by %d of %d processes" : "%d of %d processes reached the limit", full,
         started);
    return true;
}

namespace {

// Sends as many echo requests as fill the queues of that many sockets.
int ping_without_reading(int sockets) {
    static char data[1400];
    for (int s = 0; s < sockets; s++) {
        const int fd = pingopen(kHost);
        if (fd < 0) return fd == -ENFILE || fd == -EMFILE ? 0 : fd;
        for (int i = 0; i < SOCKET_QUEUE_LIMIT + 10; i++) {
            const int n = write(fd, data, sizeof data);
            if (n < 0 && n != -ENOBUFS && n != -ENOMEM && n != -EHOSTUNREACH) return n;
        }
    }
    return 0;
}

}  // namespace

// Echo replies queue up in sockets that nobody reads: each queue has a limit, and nothing is leaked.
bool test_mbufs() {
    if (no_network()) return true;
    const int children = quick ? 2 : 8, sockets = quick ? 4 : 120;
    Pipe hold, told;
    for (int c = 0; c < children; c++) {
        start([&] {
            hold.close_writer();
            const int result = ping_without_reading(sockets);
            write(told.writer(), &result, sizeof result);
            char byte;
            return read(hold.reader(), &byte, 1);
        });
    }
    int result = 0, bad = 0;
    for (int c = 0; c < children && read(told.reader(), &result, sizeof result) == sizeof result; c++)
        bad = result ? result : bad;
    note("%lu mbufs wait for readers", usage().mbufs);
    hold.close_writer();
    while (wait(nullptr) > 0) continue;
    return expect("write() to a ping socket", bad, 0);
}

}  // namespace usertests
