// Runs one test in a process of its own with a watchdog, and compares the resources in use before and after
// it.
#include "usertests/kit.h"

namespace usertests {

int start_watchdog(int pid, int seconds) {
    const int watchdog = fork();
    if (watchdog != 0) return watchdog;
    sleep(seconds * 10);
    kill(pid);
    exit(1);
}

bool nothing_lost(const Usage& before) {
    constexpr unsigned long kSettleMs = 5000;
    Usage after = usage();
    for (const unsigned long until = now_ms() + kSettleMs; now_ms() < until; after = usage()) {
        if (after == before) return true;
        sleep(1);
    }
    const auto more = [](unsigned long now, unsigned long then) { return static_cast<long>(now - then); };
    return fail(
        "afterwards there are in use: %+ld bytes, %+ld mbufs, %+ld processes, %+ld files, %+ld sockets",
        more(after.bytes, before.bytes), more(after.mbufs, before.mbufs),
        more(after.processes, before.processes), more(after.files, before.files),
        more(after.sockets, before.sockets));
}

namespace {

// In the test's process: the remark goes through the pipe, the result is the exit status.
[[noreturn]] void run_in_child(const Test& test, int report) {
    const bool passed = test.run();
    if (write(report, remark, sizeof remark) < 0) exit(3);
    exit(passed ? 0 : 1);
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

bool run_watched(const Test& test) {
    Pipe report;
    if (!report.ok()) return false;
    const int pid = fork();
    if (pid == 0) {
        report.close_reader();
        run_in_child(test, report.writer());
    }
    report.close_writer();
    if (pid < 0) return fail("fork: %s", strerror(pid));
    int deadline = 0;
    const int status = wait_for(pid, start_watchdog(pid, test.seconds), &deadline);
    if (deadline == 1) return fail("it did not end in %d s and was killed", test.seconds);
    if (status != 0 && status != 1) return fail("the test's process ended with status %d", status);
    if (read(report.reader(), remark, sizeof remark) < 0) remark[0] = '\0';
    return status == 0;
}

}  // namespace

void kill_stragglers() {
    static struct procinfo all[NPROC];
    const int self = getpid();
    const int n = procinfo(all, NPROC);
    for (int i = 0; i < n; i++) {
        if (all[i].pid > self && all[i].parent == 1 && strcmp(all[i].name, program_name) == 0)
            kill(all[i].pid);
    }
}

bool run_and_print(const Test& test, int number, int of) {
    printf("[%2d/%d] %s: %s ... ", number, of, test.name, test.what);
    remark[0] = '\0';
    const Usage before = usage();
    const unsigned long start = now_ms();
    bool passed = run_watched(test);
    const unsigned long ms = now_ms() - start;
    if (!passed) kill_stragglers();
    if (passed) passed = nothing_lost(before);
    if (!passed)
        printf("FAILED (%lu ms)\n        %s\n", ms, remark);
    else
        printf("ok (%lu ms)%s%s\n", ms, remark[0] ? ": " : "", remark);
    return passed;
}

}  // namespace usertests
