// forktest: as many children as the system has room for, all ended and reaped again. The library is hardly
// used: the program is small, so that memory is not what runs out first.
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
        if (children > NPROC) die("%d children are more than there can be processes", children);
    }
    for (int i = 0; i < children; i++) {
        int status;
        if (wait(&status) < 0 || status != 0) die("child %d of %d: status %d", i + 1, children, status);
    }
    if (const int more = wait(nullptr); more != -ECHILD) die("wait() got one child too many: %d", more);
    if (error != -EAGAIN && error != -ENOMEM) die("fork: %s", strerror(error));
    printf("forktest: %d children came and went\n", children);
    return 0;
}
