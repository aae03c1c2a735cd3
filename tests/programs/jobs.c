/* Children, as POSIX says: wait statuses, stop and continue, groups and sessions. Prints the same on any
 * POSIX system. */
#include <stdint.h>

#include "signal_check.h"

/* --- children --- */

static pid_t child_that_waits(void) {
    pid_t pid = start();
    if (pid == 0)
        for (;;) pause();
    return pid;
}

static void check_statuses(void) {
    static const int fatal[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGILL,  SIGABRT, SIGKILL,
                                SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM};
    static const int harmless[] = {SIGCHLD, SIGCONT, SIGURG, SIGWINCH};
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
        signal(fatal[i], SIG_DFL);
        pid_t pid = child_that_waits();
        CHECK(kill(pid, fatal[i]) == 0);
        int status = status_of(pid);
        CHECK(WIFSIGNALED(status) && !WIFEXITED(status) && !WIFSTOPPED(status) &&
              WTERMSIG(status) == fatal[i]);
        printf("  %d: %s\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
    pid_t pid = child_that_waits();
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) CHECK(kill(pid, harmless[i]) == 0);
    nap(20);
    CHECK(waitpid(pid, NULL, WNOHANG) == 0);
    leave(pid);
    pid = start();
    if (pid == 0) _exit(42);
    int status = status_of(pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42 && !WIFSIGNALED(status));
    FAILS(waitpid(pid, NULL, 0), ECHILD);
    FAILS(waitpid(-1, NULL, 0x1000), EINVAL);
}

static void fault(void) {
    volatile uintptr_t nowhere = 8;
    *(volatile int*)nowhere = 1;
}
static void end_well(int number) { _exit(number); }

static void check_faults(void) {
    pid_t pid = start();
    if (pid == 0) fault();
    int status = status_of(pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    pid = start();
    if (pid == 0) {
        signal(SIGSEGV, end_well);
        fault();
    }
    status = status_of(pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == SIGSEGV);
    pid = start();
    if (pid == 0) {
        signal(SIGSEGV, SIG_IGN); /* has no effect on a fault */
        fault();
        _exit(1);
    }
    status = status_of(pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    pid = start();
    if (pid == 0) {
        signal(SIGABRT, note); /* returns: abort() ends the program all the same */
        abort();
    }
    status = status_of(pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void check_stop(void) {
    int status;
    handle(SIGCHLD, note, 0);
    pid_t pid = child_that_waits();
    CHECK(kill(pid, SIGSTOP) == 0);
    while (waitpid(pid, &status, WUNTRACED) == -1 && errno == EINTR) continue;
    CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP && !WIFEXITED(status) && !WIFSIGNALED(status));
    nap(10);
    CHECK(seen == 1);
    CHECK(waitpid(pid, &status, WUNTRACED | WNOHANG) == 0); /* told once */
    kill(pid, SIGTERM);                                     /* acted on when it continues */
    nap(20);
    CHECK(waitpid(pid, &status, WNOHANG) == 0);
    CHECK(kill(pid, SIGCONT) == 0);
    while (waitpid(pid, &status, 0) == -1 && errno == EINTR) continue;
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);

    handle(SIGCHLD, note, SA_NOCLDSTOP);
    pid = child_that_waits();
    kill(pid, SIGSTOP);
    CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
    kill(pid, SIGCONT);
    CHECK(waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status));
    CHECK(seen == 0);
    kill(pid, SIGSTOP);
    kill(pid, SIGKILL); /* needs no SIGCONT */
    while (waitpid(pid, &status, 0) == -1 && errno == EINTR) continue;
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    handle(SIGCHLD, SIG_DFL, 0);
}

/* A sleep that is stopped and continued is not interrupted. */
static void check_stopped_sleep(void) {
    int status;
    pid_t pid = start();
    if (pid == 0) {
        struct timespec t = {0, 100000000};
        _exit(nanosleep(&t, NULL) == 0 ? 3 : errno);
    }
    nap(20);
    kill(pid, SIGSTOP);
    CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
    kill(pid, SIGCONT);
    status = status_of(pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

static void check_no_zombies(void) {
    signal(SIGCHLD, SIG_IGN);
    for (int i = 0; i < 3; i++) {
        if (start() == 0) _exit(1);
    }
    FAILS(wait(NULL), ECHILD); /* after all have ended */
    signal(SIGCHLD, SIG_DFL);
}

/* --- groups and sessions --- */

static void check_groups(void) {
    int status;
    pid_t own = getpgrp(), a = child_that_waits(), b = child_that_waits();
    CHECK(getpgid(0) == own && getpgid(getpid()) == own && getpgid(a) == own);
    CHECK(setpgid(a, a) == 0 && setpgid(b, a) == 0 && getpgid(b) == a && getsid(b) == getsid(0));
    FAILS(setpgid(b, 0x7ffffff), EPERM);
    FAILS(setpgid(0x7ffffff, 0), ESRCH);
    FAILS(setpgid(0, -1), EINVAL);
    FAILS(waitpid(0, &status, WNOHANG), ECHILD); /* none is in our group */
    CHECK(waitpid(-a, &status, WNOHANG) == 0);
    CHECK(kill(-a, SIGTERM) == 0);
    CHECK(waitpid(-a, &status, 0) > 0 && WTERMSIG(status) == SIGTERM);
    CHECK(waitpid(-a, &status, 0) > 0 && WTERMSIG(status) == SIGTERM);
    FAILS(kill(-a, 0), ESRCH);
    FAILS(getpgid(0x7ffffff), ESRCH);
    pid_t pid = start();
    if (pid == 0) {
        CHECK(setsid() == getpid() && getsid(0) == getpid() && getpgrp() == getpid());
        FAILS(setsid(), EPERM);
        FAILS(setpgid(0, 0), EPERM);
        CHECK(getppid() != 1);
        _exit(failures);
    }
    CHECK(status_of(pid) == 0);
}

/* --- handlers that do not return, or ruin their frame --- */

static void forever(int number) {
    (void)number;
    raise(SIGKILL);
    for (;;) continue;
}

static void check_no_return(void) {
    pid_t pid = start();
    if (pid == 0) {
        signal(SIGUSR1, forever);
        raise(SIGUSR1);
    }
    int status = status_of(pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

int main(int argc, char** argv) {
    static const struct check checks[] = {
        {"statuses", check_statuses},           {"faults", check_faults},         {"stop", check_stop},
        {"stopped-sleep", check_stopped_sleep}, {"no-zombies", check_no_zombies}, {"groups", check_groups},
        {"no-return", check_no_return},
    };
    return run_checks(checks, sizeof checks / sizeof checks[0], argc > 1 ? argv[1] : NULL);
}
