#include "kit.h"

namespace stress {

u64 random_state;

// xorshift64: Marsaglia, "Xorshift RNGs", 2003.
u64 random_below(u64 n) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % n;
}

int must(int result, const char* what) {
    if (result < 0) die("%s: %s", what, strerror(result));
    return result;
}

void spin(u64 turns) {
    for (; turns; turns--) asm volatile("");
}

int fork_patiently() {
    for (;;) {
        const int pid = fork();
        if (pid >= 0) return pid;
        if (pid != -EAGAIN && pid != -ENOMEM) must(pid, "fork");
        sleep(1);
    }
}

void expect_end(int want) {
    int status;
    must(wait(&status), "wait");
    if (status != want) die("a child ended with status %d instead of %d", status, want);
}

}  // namespace stress
