// nettests: tests the network against the host's `make server`. Each test runs in a process of its own with a
// deadline, so that none can hang or disturb the next. The tests are in user/lib/nettests/.
#include "nettests/kit.h"

namespace {

using namespace nettests;

const char kUsage[] =
    "nettests [-l] [-q] [NAME...]      runs all tests, or those named; status 0 only if all pass\n"
    "  -l  lists the tests      -q  quick: fewer repetitions\n"
    "  The host must run `make server`. The boot arguments server= and dns= are its ports (`make qemu` sets "
    "them).";

const Test kTests[] = {
    {"ping", "one datagram to the host and back", test_ping, 10},
    {"ping-100", "100 pings from one process", test_ping_100, 30},
    {"ping-10x", "10 processes at once", test_ping_10_processes, 30},
    {"dns", "DNS queries for two names", test_dns, 10},
    {"dns-unknown", "a DNS query for a name that does not exist", test_dns_unknown, 10},
    {"sizes", "datagrams of 0, 1 ... 9000 bytes", test_sizes, 30},
    {"burst", "256 datagrams at once, as many as the receive ring holds", test_burst, 20},
    {"overflow", "more datagrams than the socket's queue holds", test_overflow, 20},
    {"readers", "4 processes read one socket", test_readers, 20},
    {"gateway", "an ICMP echo from the gateway", test_gateway, 10},
    {"unreachable", "an ICMP error for a datagram to a closed port", test_unreachable, 10},
    {"timeout", "a read times out in time", test_timeout, 10},
    {"kill", "a blocked reader can be killed", test_kill, 10},
    {"arguments", "wrong arguments, each with its own error", test_arguments, 20},
    {"descriptors", "all descriptors in use", test_descriptors, 10},
    {"share", "dup, fork and exec share a socket", test_share, 20},
    {"sockets", "no socket is lost", test_sockets_back, 20},
    {"mbufs", "no mbuf is lost", test_mbufs_back, 20},
    {"pages", "no page is lost", test_pages_back, 30},
};
constexpr int kCount = sizeof kTests / sizeof kTests[0];

uint16 port_argument(const char* name) {
    char text[16];
    long port;
    const int n = bootarg(name, text, sizeof text);
    return n > 0 && parse_number(text, 1, 65535, &port) ? static_cast<uint16>(port) : 0;
}

void read_setup() {
    if (bootarg("host", setup.host_text, sizeof setup.host_text) <= 0) strcpy(setup.host_text, "10.0.2.2");
    if (!parse_ip(setup.host_text, &setup.host))
        die("boot argument host=%s is not an address", setup.host_text);
    setup.server = port_argument("server");
    setup.dns = port_argument("dns");
    if (setup.server == 0) {
        die("the boot argument server=PORT is missing: start the guest with `make qemu`, or give QEMU "
            "-append \"server=PORT dns=PORT\" with the ports of the host's server");
    }
}

// In the test's process: the remark goes through the pipe, the result is the exit status.
[[noreturn]] void run_in_child(const Test& test, int report) {
    remember_counters();
    const bool passed = test.run();
    if (write(report, remark, sizeof remark) < 0) exit(3);
    exit(passed ? 0 : 1);
}

// Starts a process that kills `pid` after that time; it ends with status 1 if it did.
int start_watchdog(int pid, int seconds) {
    const int watchdog = fork();
    if (watchdog != 0) return watchdog;
    sleep(seconds * 10);
    kill(pid);
    exit(1);
}

// Returns the test's status; the watchdog's is in *deadline.
int wait_for(int test_pid, int watchdog_pid, int* deadline) {
    int status = -1;
    for (int left = watchdog_pid > 0 ? 2 : 1; left > 0; left--) {
        int ended_with;
        const int pid = wait(&ended_with);
        if (pid == test_pid) {
            status = ended_with;
            if (watchdog_pid > 0) kill(watchdog_pid);
        } else {
            *deadline = ended_with;
        }
    }
    return status;
}

// Returns whether the test passed; its text is in `remark`.
bool run(const Test& test) {
    int ends[2];
    const int result = pipe(ends);
    if (result < 0) return fail("pipe: %s", strerror(result));
    const int pid = fork();
    if (pid == 0) {
        close(ends[0]);
        run_in_child(test, ends[1]);
    }
    // Only the test may have the write end open: the watchdog is started without it.
    close(ends[1]);
    const Fd report(ends[0]);
    if (pid < 0) return fail("fork: %s", strerror(pid));
    int deadline = 0;
    const int status = wait_for(pid, start_watchdog(pid, test.seconds), &deadline);
    if (deadline == 1) return fail("it did not end in %d s and was killed", test.seconds);
    if (status != 0 && status != 1) return fail("the test's process ended with status %d", status);
    if (read(report.get(), remark, sizeof remark) < 0) remark[0] = '\0';
    return status == 0;
}

bool run_and_print(const Test& test, int number, int of) {
    printf("[%2d/%d] %s: %s ... ", number, of, test.name, test.what);
    remark[0] = '\0';
    const unsigned long start = now_ms();
    const bool passed = run(test);
    const unsigned long ms = now_ms() - start;
    if (!passed)
        printf("FAILED (%lu ms)\n        %s\n", ms, remark);
    else
        printf("ok (%lu ms)%s%s\n", ms, remark[0] ? ": " : "", remark);
    return passed;
}

void list() {
    for (const Test& t : kTests) printf("%-12s %s\n", t.name, t.what);
    exit(0);
}

const Test* find(const char* name) {
    for (const Test& t : kTests) {
        if (strcmp(t.name, name) == 0) return &t;
    }
    die("there is no test \"%s\"; `nettests -l` lists them", name);
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    for (int letter; (letter = getopt(argc, argv, "lq")) != -1;) {
        if (letter == 'l') list();
        if (letter != 'q') bad_usage(kUsage);
        setup.quick = true;
    }
    for (int i = optind; i < argc; i++) find(argv[i]);  // if a name is wrong, nothing runs
    read_setup();
    remember_usage();

    int passed = 0;
    const int count = optind < argc ? argc - optind : kCount;
    for (int i = 0; i < count; i++) {
        const Test& test = optind < argc ? *find(argv[optind + i]) : kTests[i];
        passed += run_and_print(test, i + 1, count);
    }
    printf("nettests: %d passed, %d failed\n", passed, count - passed);
    return passed == count ? 0 : 1;
}
