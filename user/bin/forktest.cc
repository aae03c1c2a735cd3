// forktest: makes as many children as the system allows and waits for all of them. The program uses little of
// the library: it must be so small that the kernel runs out of processes before it runs out of memory.
#include "user.h"

namespace {
const char kUsage[] = "forktest      forks until the kernel refuses, and waits for every child";
}

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    if (argc != 1) bad_usage(kUsage);
    int children = 0, error;
    for (;; children++) {
        const int pid = fork();
        if (pid == 0) exit(0);
        if ((error = pid) < 0) break;
        if (children > NPROC) die("%d children are more than NPROC allows", children);
    }
    for (int i = 0; i < children; i++) {
        int status;
        if (wait(&status) < 0 || status != 0) die("child %d of %d: status %d", i + 1, children, status);
    }
    if (const int more = wait(nullptr); more != -ECHILD) die("wait() returned %d after the last child", more);
    if (error != -EAGAIN && error != -ENOMEM) die("fork: %s", strerror(error));
    printf("forktest: %d children were made and reaped\n", children);
    return 0;
}
