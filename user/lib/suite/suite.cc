#include "suite/suite.h"

#include <cstdarg>

namespace suite {

constinit bool quick = false;
constinit char remark[400] = {};

bool fail(const char* format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(remark, sizeof remark, format, args);
    va_end(args);
    return false;
}

void note(const char* format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(remark, sizeof remark, format, args);
    va_end(args);
}

int start_watchdog(int pid, int seconds) {
    const int watchdog = fork();
    if (watchdog != 0) return watchdog;
    sleep(seconds * 10);
    kill(pid);
    exit(1);
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

// Returns whether the test passed; its text is in `remark`.
bool run_watched(const Test& test) {
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

bool run_and_print(const Suite& s, const Test& test, int number, int of) {
    printf("[%2d/%d] %s: %s ... ", number, of, test.name, test.what);
    remark[0] = '\0';
    if (s.before) s.before();
    const unsigned long start = now_ms();
    bool passed = run_watched(test);
    const unsigned long ms = now_ms() - start;
    if (s.after) passed = s.after(passed);
    if (!passed)
        printf("FAILED (%lu ms)\n        %s\n", ms, remark);
    else
        printf("ok (%lu ms)%s%s\n", ms, remark[0] ? ": " : "", remark);
    return passed;
}

[[noreturn]] void list(const Suite& s) {
    for (int i = 0; i < s.count; i++) printf("%-12s %s\n", s.tests[i].name, s.tests[i].what);
    exit(0);
}

const Test& find(const Suite& s, const char* name) {
    for (int i = 0; i < s.count; i++) {
        if (strcmp(s.tests[i].name, name) == 0) return s.tests[i];
    }
    die("there is no test \"%s\"; `%s -l` lists them", name, program_name);
}

}  // namespace

int run_suite(const Suite& s, int argc, char** argv) {
    help_if_asked(argc, argv, s.usage);
    for (int letter; (letter = getopt(argc, argv, "lq")) != -1;) {
        if (letter == 'l') list(s);
        if (letter != 'q') bad_usage(s.usage);
        quick = true;
    }
    for (int i = optind; i < argc; i++) find(s, argv[i]);  // if a name is wrong, nothing runs
    if (s.start) s.start();

    int passed = 0;
    const int count = optind < argc ? argc - optind : s.count;
    for (int i = 0; i < count; i++) {
        const Test& test = optind < argc ? find(s, argv[optind + i]) : s.tests[i];
        passed += run_and_print(s, test, i + 1, count);
    }
    printf("%s: %d passed, %d failed\n", program_name, passed, count - passed);
    return passed == count ? 0 : 1;
}

}  // namespace suite
