/* Signals, as POSIX says: what handlers see, when they run, and what the wait statuses say. Prints the same
 * on any POSIX system. */
#include <signal.h>
#include <stdint.h>

#include "check.h"

static volatile sig_atomic_t seen, last;
static volatile int depth, deepest;

static void note(int number) {
    seen++;
    last = number;
}

static void handle(int number, void (*handler)(int), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    CHECK(sigaction(number, &action, NULL) == 0);
    seen = last = 0;
}

static void set_mask(int how, int number) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    CHECK(sigprocmask(how, &set, NULL) == 0);
}

static int status_of(pid_t pid) {
    int status = -1;
    CHECK(waitpid(pid, &status, 0) == pid);
    return status;
}

/* A pid of -1 would mean all processes of this machine. */
static pid_t start(void) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid == -1) {
        perror("fork");
        exit(1);
    }
    return pid;
}

static void nap(int ms) {
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&t, &t) == -1) continue;
}

/* A child that sends its parent a signal, when the parent blocks: again and again, as it may not block yet.
 */
static pid_t pester(int number) {
    pid_t parent = getpid(), pid = start();
    if (pid) return pid;
    for (int i = 0; i < 100; i++) {
        nap(30);
        if (getppid() != parent) break;
        kill(parent, number);
    }
    _exit(0);
}

static void leave(pid_t pid) {
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* --- sending and handling --- */

static void check_raise(void) {
    handle(SIGUSR1, note, 0);
    CHECK(raise(SIGUSR1) == 0 && seen == 1 && last == SIGUSR1);
    CHECK(kill(getpid(), SIGUSR1) == 0 && seen == 2);
    handle(SIGUSR1, SIG_IGN, 0);
    raise(SIGUSR1);
    CHECK(seen == 0);
    CHECK(kill(getpid(), 0) == 0);
    FAILS(kill(getpid(), 1000), EINVAL);
    FAILS(kill(0x7ffffff, 0), ESRCH);
    FAILS(kill(-0x7ffffff, SIGTERM), ESRCH);
    CHECK(signal(SIGKILL, note) == SIG_ERR && errno == EINVAL);
    CHECK(signal(SIGSTOP, SIG_IGN) == SIG_ERR && errno == EINVAL);
    CHECK(signal(0, note) == SIG_ERR && signal(1000, note) == SIG_ERR);
    CHECK(signal(SIGUSR1, note) == SIG_IGN && signal(SIGUSR1, SIG_DFL) == note);
}

static void check_mask(void) {
    sigset_t set, old, pending;
    handle(SIGUSR1, note, 0);
    handle(SIGUSR2, note, 0);
    set_mask(SIG_BLOCK, SIGUSR1);
    raise(SIGUSR1);
    raise(SIGUSR1);
    CHECK(seen == 0 && sigpending(&pending) == 0);
    CHECK(sigismember(&pending, SIGUSR1) == 1 && sigismember(&pending, SIGUSR2) == 0);
    sigemptyset(&set);
    CHECK(sigprocmask(SIG_BLOCK, NULL, &old) == 0 && sigismember(&old, SIGUSR1) == 1);
    set_mask(SIG_UNBLOCK, SIGUSR1);
    CHECK(seen == 1); /* before sigprocmask() returns, and only once */
    FAILS(sigprocmask(77, &set, NULL), EINVAL);
    sigfillset(&set);
    CHECK(sigprocmask(SIG_SETMASK, &set, NULL) == 0 && sigprocmask(SIG_BLOCK, NULL, &old) == 0);
    CHECK(!sigismember(&old, SIGKILL) && !sigismember(&old, SIGSTOP) && sigismember(&old, SIGTERM));
    sigemptyset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
    CHECK(sigaddset(&set, SIGHUP) == 0 && sigismember(&set, SIGHUP) == 1);
    CHECK(sigdelset(&set, SIGHUP) == 0 && sigismember(&set, SIGHUP) == 0);
    FAILS(sigaddset(&set, 0), EINVAL);
    FAILS(sigismember(&set, 1000), EINVAL);
}

static void again(int number) {
    if (++depth > deepest) deepest = depth;
    if (seen++ < 3) raise(number);
    depth--;
}

static void check_nesting(void) {
    handle(SIGUSR1, again, 0);
    deepest = 0;
    raise(SIGUSR1);
    CHECK(seen == 4 && deepest == 1); /* blocked in its own handler */
    handle(SIGUSR1, again, SA_NODEFER);
    deepest = 0;
    raise(SIGUSR1);
    CHECK(seen == 4 && deepest == 4);
    handle(SIGUSR1, note, SA_RESETHAND);
    raise(SIGUSR1);
    CHECK(seen == 1 && signal(SIGUSR1, SIG_DFL) == SIG_DFL);
}

static void outer(int number) {
    raise(SIGUSR2); /* blocked by sa_mask */
    CHECK(seen == 0);
    (void)number;
}

static void check_handler_mask(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = outer;
    sigaddset(&action.sa_mask, SIGUSR2);
    handle(SIGUSR2, note, 0);
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    raise(SIGUSR1);
    CHECK(seen == 1 && last == SIGUSR2);
}

static siginfo_t got;
static void note_info(int number, siginfo_t* info, void* context) {
    seen++;
    got = *info;
    CHECK(number == info->si_signo && context != NULL);
}

static void with_info(int number) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = note_info;
    action.sa_flags = SA_SIGINFO;
    seen = 0;
    CHECK(sigaction(number, &action, NULL) == 0);
}

static void check_info(void) {
    with_info(SIGUSR1);
    raise(SIGUSR1);
    CHECK(seen == 1 && got.si_pid == getpid());
    with_info(SIGCHLD);
    pid_t pid = start();
    if (pid == 0) _exit(7);
    status_of(pid);
    nap(10);
    CHECK(seen == 1 && got.si_pid == pid && got.si_code == CLD_EXITED && got.si_status == 7);
    handle(SIGCHLD, SIG_DFL, 0);
}

/* All registers survive a handler that changes them, floating-point registers too. */
static void use_registers(int number) {
    volatile double x = number;
    for (int i = 0; i < 100; i++) x = x * 1.5 - i;
    seen++;
}

static void check_registers(void) {
    handle(SIGALRM, use_registers, SA_RESTART);
    struct itimerval every = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
    CHECK(setitimer(ITIMER_REAL, &every, NULL) == 0);
    uint64_t a = 1, b = 2, c = 3, d = 4;
    double x = 1, y = 2, z = 3;
    while (seen < 20) {
        for (int i = 0; i < 1000; i++) {
            a = a * 3 + 1, b = b * 3 + 2, c = c * 3 + 3, d = d * 3 + 4;
            x = x * 0.5 + 1, y = y * 0.5 + 2, z = z * 0.5 + 3;
            if (b - 2 * a != 0 + (d - 2 * a) - (c - a) || y != 2 * x || z != 3 * x) {
                CHECK(!"a register has changed");
                return;
            }
            if (i % 50 == 49) a = 1, b = 2, c = 3, d = 4, x = 1, y = 2, z = 3;
        }
    }
    CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
}

/* --- waits --- */

static void check_alarm(void) {
    struct itimerval left, set = {{0, 0}, {100, 0}};
    handle(SIGALRM, note, 0);
    CHECK(alarm(100) == 0 && alarm(50) == 100);
    CHECK(getitimer(ITIMER_REAL, &left) == 0 && left.it_value.tv_sec >= 48 && left.it_value.tv_sec <= 50);
    CHECK(alarm(0) > 0 && alarm(0) == 0);
    CHECK(setitimer(ITIMER_REAL, &set, &left) == 0 && left.it_value.tv_sec == 0 &&
          left.it_value.tv_usec == 0);
    set.it_value.tv_usec = 1000000;
    FAILS(setitimer(ITIMER_REAL, &set, NULL), EINVAL);
    FAILS(setitimer(77, &set, NULL), EINVAL);
    set.it_value.tv_sec = 0, set.it_value.tv_usec = 20000;
    CHECK(setitimer(ITIMER_REAL, &set, NULL) == 0);
    FAILS(pause(), EINTR);
    CHECK(seen == 1);
}

static void check_sleep(void) {
    struct timespec t = {1000, 0}, left = {0, 0};
    handle(SIGUSR1, note, SA_RESTART); /* does not apply to sleeps */
    pid_t child = pester(SIGUSR1);
    FAILS(nanosleep(&t, &left), EINTR);
    CHECK(left.tv_sec > 900 && left.tv_sec < 1000);
    unsigned rest = sleep(1000);
    CHECK(rest > 900 && rest <= 1000);
    FAILS(poll(NULL, 0, -1), EINTR);
    FAILS(select(0, NULL, NULL, NULL, NULL), EINTR);
    leave(child);
}

static void check_sigsuspend(void) {
    sigset_t mask, old;
    handle(SIGUSR1, note, 0);
    set_mask(SIG_BLOCK, SIGUSR1);
    raise(SIGUSR1);
    sigemptyset(&mask);
    FAILS(sigsuspend(&mask), EINTR);
    CHECK(seen == 1);
    sigprocmask(SIG_BLOCK, NULL, &old);
    CHECK(sigismember(&old, SIGUSR1) == 1); /* as before */
    set_mask(SIG_UNBLOCK, SIGUSR1);
}

static void check_interrupt(void) {
    int fds[2];
    char c;
    CHECK(pipe(fds) == 0);
    handle(SIGUSR1, note, 0);
    pid_t child = pester(SIGUSR1);
    FAILS(read(fds[0], &c, 1), EINTR);
    leave(child);
    /* With SA_RESTART the read goes on, until the child writes. */
    handle(SIGUSR1, note, SA_RESTART);
    pid_t parent = getpid();
    child = start();
    if (child == 0) {
        for (int i = 0; i < 5; i++) nap(20), kill(parent, SIGUSR1);
        nap(20);
        _exit(write(fds[1], "x", 1) != 1);
    }
    CHECK(read(fds[0], &c, 1) == 1 && c == 'x' && seen >= 1);
    CHECK(status_of(child) == 0);
    close_pair(fds);
}

static void check_waitpid_interrupted(void) {
    handle(SIGUSR1, note, 0);
    pid_t child = pester(SIGUSR1);
    FAILS(waitpid(child, NULL, 0), EINTR);
    leave(child);
}

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

static void check_inheritance(const char* self) {
    struct sigaction action;
    handle(SIGUSR1, note, 0);
    handle(SIGUSR2, SIG_IGN, 0);
    set_mask(SIG_BLOCK, SIGTERM);
    raise(SIGTERM);
    pid_t pid = start();
    if (pid == 0) {
        sigset_t pending;
        raise(SIGUSR1);
        CHECK(seen == 1 && sigpending(&pending) == 0 && !sigismember(&pending, SIGTERM));
        fflush(stdout);
        if (failures) _exit(1);
        char* argv[] = {(char*)self, (char*)"-exec", NULL};
        execv(self, argv);
        _exit(2);
    }
    CHECK(status_of(pid) == 0);
    handle(SIGTERM, note, 0);
    set_mask(SIG_UNBLOCK, SIGTERM);
    CHECK(sigaction(SIGUSR1, NULL, &action) == 0 && action.sa_handler == note);
}

static int after_exec(void) {
    struct sigaction action;
    sigset_t mask;
    CHECK(sigaction(SIGUSR1, NULL, &action) == 0 && action.sa_handler == SIG_DFL);
    CHECK(sigaction(SIGUSR2, NULL, &action) == 0 && action.sa_handler == SIG_IGN);
    CHECK(sigprocmask(SIG_BLOCK, NULL, &mask) == 0 && sigismember(&mask, SIGTERM) == 1);
    return failures != 0;
}

/* --- SIGPIPE --- */

static void check_sigpipe(void) {
    int fds[2];
    struct iovec v = {(char*)"x", 1};
    handle(SIGPIPE, note, 0);
    CHECK(pipe(fds) == 0);
    close(fds[0]);
    FAILS(write(fds[1], "x", 1), EPIPE);
    FAILS(writev(fds[1], &v, 1), EPIPE);
    CHECK(seen == 2);
    close(fds[1]);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
    close(fds[0]);
    FAILS(send(fds[1], "x", 1, 0), EPIPE);
    CHECK(seen == 3);
    FAILS(send(fds[1], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK(seen == 3);
    signal(SIGPIPE, SIG_DFL);
    pid_t pid = start();
    if (pid == 0) {
        if (write(fds[1], "x", 1)) _exit(1);
        _exit(0);
    }
    int status = status_of(pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
    close(fds[1]);
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
        {"raise", check_raise},
        {"mask", check_mask},
        {"nesting", check_nesting},
        {"handler-mask", check_handler_mask},
        {"info", check_info},
        {"registers", check_registers},
        {"alarm", check_alarm},
        {"sleep", check_sleep},
        {"sigsuspend", check_sigsuspend},
        {"interrupt", check_interrupt},
        {"waitpid-interrupted", check_waitpid_interrupted},
        {"statuses", check_statuses},
        {"faults", check_faults},
        {"stop", check_stop},
        {"stopped-sleep", check_stopped_sleep},
        {"no-zombies", check_no_zombies},
        {"sigpipe", check_sigpipe},
        {"groups", check_groups},
        {"no-return", check_no_return},
    };
    if (argc > 1 && strcmp(argv[1], "-exec") == 0) return after_exec();
    check_inheritance(argv[0]);
    return run_checks(checks, sizeof checks / sizeof checks[0], argc > 1 ? argv[1] : NULL);
}
