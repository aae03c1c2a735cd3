/* Signals, as POSIX says: what handlers see, and when they run. Prints the same on any POSIX system. */
#include <setjmp.h>
#include <stdint.h>

#include "signal_check.h"

static volatile int depth, deepest;

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

/* A handler that changes registers which a function must preserve: the program gets them back. */
#ifdef __riscv
static __attribute__((naked)) void spoil_registers(int number) {
    (void)number;
    __asm__("li s1, -1\n li s2, -1\n li s7, -1\n li s11, -1\n ret");
}

static void check_preserved_registers(void) {
    handle(SIGUSR1, spoil_registers, 0);
    long changed;
    register long number __asm__("a0") = SIGUSR1;
    __asm__ volatile(
        "li s1, 1\n li s2, 2\n li s7, 7\n li s11, 11\n"
        "jalr %[raise]\n"
        "addi s1, s1, -1\n addi s2, s2, -2\n addi s7, s7, -7\n addi s11, s11, -11\n"
        "or %[changed], s1, s2\n or %[changed], %[changed], s7\n or %[changed], %[changed], s11"
        : [changed] "=&r"(changed), "+r"(number)
        : [raise] "r"(raise)
        : "memory", "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "a1", "a2", "a3", "a4", "a5", "a6", "a7",
          "s1", "s2", "s7", "s11");
    CHECK(number == 0 && changed == 0);
}
#else
static void check_preserved_registers(void) {}
#endif

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

static sigjmp_buf before;
static void jump(int number) { siglongjmp(before, number); }
static void check_jump(void) {
    sigset_t mask;
    signal(SIGUSR1, jump);
    if (sigsetjmp(before, 1) == 0) raise(SIGUSR1);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    CHECK(!sigismember(&mask, SIGUSR1));
    signal(SIGUSR1, SIG_DFL);
}

int main(int argc, char** argv) {
    static const struct check checks[] = {
        {"raise", check_raise},
        {"mask", check_mask},
        {"nesting", check_nesting},
        {"handler-mask", check_handler_mask},
        {"info", check_info},
        {"registers", check_registers},
        {"preserved-registers", check_preserved_registers},
        {"alarm", check_alarm},
        {"sleep", check_sleep},
        {"sigsuspend", check_sigsuspend},
        {"interrupt", check_interrupt},
        {"waitpid-interrupted", check_waitpid_interrupted},
        {"sigpipe", check_sigpipe},
        {"jump", check_jump},
    };
    if (argc > 1 && strcmp(argv[1], "-exec") == 0) return after_exec();
    check_inheritance(argv[0]);
    return run_checks(checks, sizeof checks / sizeof checks[0], argc > 1 ? argv[1] : NULL);
}
