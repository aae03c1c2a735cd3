/* POSIX: signals (XSH 2.4, <signal.h>), with Linux's numbers. There are no queued (real-time) signals, no
 * alternate stacks, and no core files.
 *
 * The functions return 0, or -1 with errno, unless noted. With user.h, kill() is xv6's. */
#pragma once

#include "abi/signal.h"
#include "sys/cdefs.h"
#include "sys/types.h"

#define NSIG 32 /* one more than the last */

typedef void (*sighandler_t)(int);
typedef sighandler_t sig_t;
typedef unsigned long sigset_t; /* bit 0 is signal 1 */
typedef int sig_atomic_t;
#define SIG_DFL ((sighandler_t)0)
#define SIG_IGN ((sighandler_t)1)
#define SIG_ERR ((sighandler_t)-1)

/* What a handler with SA_SIGINFO learns: struct signal_info of abi/signal.h. */
typedef struct {
    int si_signo, si_errno, si_code; /* SI_USER, CLD_EXITED ... */
    pid_t si_pid;                    /* the sender, or the child */
    uid_t si_uid;
    int si_status; /* SIGCHLD: the exit status, or the signal */
    void* si_addr; /* of a fault */
} siginfo_t;

/* The third argument of such a handler points to one: the registers that the program will have when the
 * handler returns. */
typedef struct {
    sigset_t uc_sigmask;
    struct {
        unsigned long __gregs[32];  /* pc, then x1 to x31 */
        unsigned long __fpregs[33]; /* f0 to f31, fcsr */
    } uc_mcontext;
} ucontext_t;

struct sigaction {
    __extension__ union {
        sighandler_t sa_handler;
        void (*sa_sigaction)(int, siginfo_t*, void*); /* with SA_SIGINFO */
    };
    sigset_t sa_mask; /* also blocked while the handler runs */
    int sa_flags;     /* SA_RESTART, SA_NODEFER, SA_RESETHAND, SA_SIGINFO, SA_NOCLDSTOP, SA_NOCLDWAIT */
};

/* sigaction is a struct and a function: usual in C, but -Wshadow warns of it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
BEGIN_C
/* BSD's semantics: the handler stays, its own signal is blocked while it runs, and calls are restarted.
 * Returns the old handler, or SIG_ERR. EINVAL: no such signal, SIGKILL, SIGSTOP. */
sighandler_t signal(int number, sighandler_t handler) POSIX(signal);
/* Sets what a signal does, and stores what it did; both may be null. EINVAL as for signal(). */
int sigaction(int number, const struct sigaction* action, struct sigaction* old) POSIX(sigaction);
/* Whether calls that this signal interrupts fail with EINTR. */
int siginterrupt(int number, int fail) POSIX(siginterrupt);

#ifndef NX6_USER_H
/* Sends a signal to a process, to the caller's group (0), to all others (-1), or to the group -pid. Number 0
 * only checks. ESRCH: there is none; EPERM: init; EINVAL: no such signal. */
int kill(pid_t pid, int number) POSIX(kill);
#endif
int killpg(pid_t group, int number) POSIX(killpg);
int raise(int number) POSIX(raise);

/* Sets the blocked signals: how is SIG_BLOCK (add), SIG_UNBLOCK (remove) or SIG_SETMASK. A null set changes
 * nothing. EINVAL: how. */
int sigprocmask(int how, const sigset_t* set, sigset_t* old) POSIX(sigprocmask);
int sigpending(sigset_t* set) POSIX(sigpending); /* those that are blocked and wait */
/* Waits with this mask until a handler has run. Always -1 with EINTR. */
int sigsuspend(const sigset_t* mask) POSIX(sigsuspend);

int sigemptyset(sigset_t* set) POSIX(sigemptyset);
int sigfillset(sigset_t* set) POSIX(sigfillset);
int sigaddset(sigset_t* set, int number) POSIX(sigaddset); /* EINVAL: no such signal; so do the next two */
int sigdelset(sigset_t* set, int number) POSIX(sigdelset);
int sigismember(const sigset_t* set, int number) POSIX(sigismember); /* 1 or 0 */

void psignal(int number, const char* text) POSIX(psignal); /* prints "text: Terminated" on fd 2 */
END_C
#pragma GCC diagnostic pop
