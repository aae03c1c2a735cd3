/* Signals: numbers and flags as in Linux, and what the kernel and the user library pass to each other. Plain
 * C. Programs include signal.h. */
#pragma once

#define SIGHUP    1
#define SIGINT    2
#define SIGQUIT   3
#define SIGILL    4
#define SIGTRAP   5
#define SIGABRT   6
#define SIGBUS    7
#define SIGFPE    8
#define SIGKILL   9
#define SIGUSR1   10
#define SIGSEGV   11
#define SIGUSR2   12
#define SIGPIPE   13
#define SIGALRM   14
#define SIGTERM   15
#define SIGSTKFLT 16
#define SIGCHLD   17
#define SIGCONT   18
#define SIGSTOP   19
#define SIGTSTP   20
#define SIGTTIN   21
#define SIGTTOU   22
#define SIGURG    23
#define SIGXCPU   24
#define SIGXFSZ   25
#define SIGVTALRM 26
#define SIGPROF   27
#define SIGWINCH  28
#ifndef SIGIO /* the tests on the host have its signal.h, too */
#define SIGIO 29
#endif
#define SIGPWR 30
#define SIGSYS 31

/* sigprocmask() */
#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

/* sigaction() */
#define SA_NOCLDSTOP 1          /* of SIGCHLD: not for children that stop or continue */
#define SA_NOCLDWAIT 2          /* of SIGCHLD: children that end leave no zombie */
#define SA_SIGINFO   4          /* the handler has three arguments */
#define SA_RESTART   0x10000000 /* a call that the handler interrupts is repeated */
#define SA_NODEFER   0x40000000 /* the handler does not block its own signal */
#define SA_RESETHAND 0x80000000 /* back to the default action when the handler is called */

/* si_code: where a signal comes from */
#ifndef SI_USER
#define SI_USER       0 /* kill() */
#define SI_KERNEL     0x80
#define SEGV_MAPERR   1
#define ILL_ILLOPC    1
#define BUS_ADRALN    1
#define TRAP_BRKPT    1
#define CLD_EXITED    1 /* SIGCHLD: what the child did */
#define CLD_KILLED    2
#define CLD_STOPPED   5
#define CLD_CONTINUED 6
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* sigaction(number, new, old): what a signal does. handler: 0 default, 1 ignore, else a function. restorer:
 * where the handler returns to; it makes the system call sigreturn() with sp as the handler got it. */
struct signal_action {
    unsigned long handler;
    unsigned long mask; /* blocked during the handler, too: bit 0 is signal 1 */
    unsigned long flags;
    unsigned long restorer;
};

/* siginfo_t */
struct signal_info {
    int number, error, code;
    int pid; /* the sender, or the child */
    unsigned int uid;
    int status;            /* the child's exit status, or its signal */
    unsigned long address; /* of a fault */
};

/* What the kernel puts on the program's stack for a handler, and sigreturn() loads again. */
struct signal_frame {
    struct signal_info info;
    unsigned long mask; /* from here on: ucontext_t */
    unsigned long pc;
    unsigned long x[31]; /* x1 to x31 */
    unsigned long f[32];
    unsigned long fcsr;
};

/* setitimer(new, old): SIGALRM in `value` nanoseconds (0: never), then every `interval`. A null `new` changes
 * nothing. */
struct alarm_time {
    unsigned long value, interval;
};

#ifdef __cplusplus
}
#endif
