/* Shared by the programs that check signals and children against POSIX. */
#include <signal.h>

#include "check.h"

static volatile sig_atomic_t seen, last;

static inline void note(int number) {
    seen++;
    last = number;
}

static inline void handle(int number, void (*handler)(int), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    CHECK(sigaction(number, &action, NULL) == 0);
    seen = last = 0;
}

static inline void set_mask(int how, int number) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    CHECK(sigprocmask(how, &set, NULL) == 0);
}

static inline int status_of(pid_t pid) {
    int status = -1;
    CHECK(waitpid(pid, &status, 0) == pid);
    return status;
}

/* A pid of -1 would mean all processes of this machine. */
static inline pid_t start(void) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid == -1) {
        perror("fork");
        exit(1);
    }
    return pid;
}

static inline void nap(int ms) {
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&t, &t) == -1) continue;
}

/* A child that sends its parent a signal, when the parent blocks: again and again, as it may not block yet.
 */
static inline pid_t pester(int number) {
    pid_t parent = getpid(), pid = start();
    if (pid) return pid;
    for (int i = 0; i < 100; i++) {
        nap(30);
        if (getppid() != parent) break;
        kill(parent, number);
    }
    _exit(0);
}

static inline void leave(pid_t pid) {
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}
