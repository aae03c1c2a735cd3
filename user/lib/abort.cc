// Called by the compiler and the C++ headers on undefined behaviour that they detect.
#include "abi/signal.h"
#include "user.h"

extern "C" {

long raw_sigaction(int number, const signal_action* action, signal_action* old);
long raw_sigprocmask(int how, const unsigned long* set, unsigned long* old);
long raw_sigsend(int pid, int number);

// A handler of SIGABRT may run, but not keep the program alive (C, abort).
[[noreturn]] void abort() {
    const unsigned long set = 1ul << (SIGABRT - 1);
    const signal_action usual{};
    raw_sigprocmask(SIG_UNBLOCK, &set, nullptr);
    raw_sigsend(getpid(), SIGABRT);
    raw_sigaction(SIGABRT, &usual, nullptr);
    raw_sigprocmask(SIG_UNBLOCK, &set, nullptr);
    raw_sigsend(getpid(), SIGABRT);
    exit(128 + SIGABRT);
}

[[noreturn]] void __cxa_pure_virtual() {
    complain("pure virtual function called");
    abort();
}
}

namespace std {
[[noreturn]] void __glibcxx_assert_fail(const char* file, int line, const char*, const char* condition) {
    complain("%s:%d: assertion failed: %s", file, line, condition);
    abort();
}
}  // namespace std
