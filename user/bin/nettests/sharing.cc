// A socket is a file: dup, fork and exec share it, and it closes with its last descriptor. And nothing is
// leaked: sockets, mbufs, pages.
#include "kit.h"
#include "suite/usage.h"

namespace nettests {

namespace {

constexpr uint16 kTestPort = 2601;

bool expect_text(int fd, const char* expected) {
    char text[64];
    const int n = receive(fd, text, sizeof text - 1);
    if (n < 0) return false;
    text[n] = '\0';
    return strcmp(text, expected) == 0 || fail("expected \"%s\" back, got \"%s\"", expected, text);
}

// The standard output of /echo is the socket: it sends what it prints as a datagram.
bool exec_writes(int fd) {
    const int status = status_of([&] {
        char program[] = "/echo", words[] = "through exec";
        char* argv[] = {program, words, nullptr};
        close(1);
        dup(fd);
        exec(program, argv);
        return 1;
    });
    if (status != 0) return fail("/echo with the socket as its output ended with status %d", status);
    return expect_text(fd, "through exec\n");
}

bool fork_writes(int fd) {
    const int status = status_of([&] { return send(fd, "through fork", 12) ? 0 : 1; });
    return status == 0 ? expect_text(fd, "through fork") : fail("the child could not write");
}

// ---- leaks ----

Usage at_start;

bool leak(const char* what, unsigned long before, unsigned long after) {
    return fail("%lu %s in use before, %lu after; does another program run at the same time?", before, what,
                after);
}

// Waits up to a second: packets may still be in flight, and processes may not be reaped yet.
bool comes_back(const char* what, unsigned long Usage::*member, unsigned long before) {
    for (int i = 0; i < 10; i++) {
        if (usage().*member == before) return true;
        sleep(1);
    }
    return leak(what, before, usage().*member);
}

// Uses everything that takes memory: sockets, datagrams that are answered or queued and never read,
// processes.
bool use_everything() {
    for (int round = 0; round < 4; round++) {
        const Fd fd(open_server());
        if (!fd.ok() || !echo(fd.get(), "churn", 5)) return false;
        if (!ask_for_burst(fd.get(), 32, 512)) return false;
        char first;
        if (receive(fd.get(), &first, 1) < 0) return false;  // the rest arrives while the socket closes
    }
    return in_processes(4, [](int) {
        const Fd fd(open_server());
        return fd.ok() && echo(fd.get(), "child", 5);
    });
}

}  // namespace

bool test_share() {
    const int first = open_udp(setup.server, kTestPort);
    if (first < 0) return false;
    const Fd fd(dup(first));
    close(first);
    if (!fd.ok()) return fail("dup: %s", strerror(fd.get()));
    // The port is in use as long as one descriptor is left.
    if (!expect("connect while a copy is open", connect(setup.host, kTestPort, setup.server), -EADDRINUSE)) {
        return false;
    }
    return echo(fd.get(), "through dup", 11) && fork_writes(fd.get()) && exec_writes(fd.get());
}

void remember_usage() { at_start = usage(); }

bool test_sockets_back() {
    return use_everything() && comes_back("sockets", &Usage::sockets, at_start.sockets);
}

bool test_mbufs_back() { return use_everything() && comes_back("mbufs", &Usage::mbufs, at_start.mbufs); }

// The first rounds fill caches; the last round must not use more pages.
bool test_pages_back() {
    for (int round = 0; round < 2; round++) {
        if (!use_everything()) return false;
    }
    sleep(2);
    const unsigned long before = usage().bytes;
    return use_everything() && comes_back("bytes", &Usage::bytes, before);
}

}  // namespace nettests
