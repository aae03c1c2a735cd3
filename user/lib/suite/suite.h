// Suite: what the test programs nettests and usertests share. Each test runs in a process of its own with a
// deadline, and tells in a remark what was expected and what came.
//
// A test is a function that returns true, or `fail(...)`, which stores the reason and returns false.
#pragma once

#include "lib/types.h"
#include "user.h"

namespace suite {

extern bool quick;        // -q: fewer repetitions
extern char remark[400];  // what fail or note stored

bool fail(const char* format, ...) PRINTF_LIKE(1, 2);
void note(const char* format, ...) PRINTF_LIKE(1, 2);  // printed after "ok"

struct Test {
    const char* name;
    const char* what;
    bool (*run)();
    int seconds;  // its deadline
};

struct Suite {
    const char* usage;
    const Test* tests;
    int count;
    void (*start)() = nullptr;             // once, if the arguments are valid
    void (*before)() = nullptr;            // each test
    bool (*after)(bool passed) = nullptr;  // each test; returns whether it passed after all
};

// The main program: runs all tests, or those named. Options: -l lists them, -q sets `quick`. Returns the exit
// status: 0 only if all passed.
int run_suite(const Suite& s, int argc, char** argv);

int start_watchdog(int pid, int seconds);  // a child that kills `pid` then, and ends with status 1

// A descriptor that is closed at the end of its scope.
class Fd {
  public:
    explicit Fd(int fd) : fd_(fd) {}
    ~Fd() { reset(); }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    int get() const { return fd_; }
    bool ok() const { return fd_ >= 0; }
    void reset() {
        if (fd_ >= 0) close(fd_);
        fd_ = -1;
    }
    void take(int fd) { reset(), fd_ = fd; }

  private:
    int fd_;
};

inline unsigned long now_ms() { return nanouptime() / 1'000'000; }

}  // namespace suite
