/* nx6 has no signals; these declarations let programs that use them compile. A write to a closed connection
 * always fails with EPIPE. kill() ends a process, or a group (-GROUP), with any signal. The handler of
 * SIGCHLD is called by the first fork() after a child's end; with SIG_IGN that fork() reaps such children. */
#pragma once

#include "sys/cdefs.h"
#include "sys/types.h"

#define SIGHUP  1
#define SIGINT  2
#define SIGKILL 9
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGCHLD 17

typedef void (*sighandler_t)(int);
typedef unsigned long sigset_t;
#define SIG_DFL      ((sighandler_t)0)
#define SIG_IGN      ((sighandler_t)1)
#define SIG_ERR      ((sighandler_t)-1)
#define SIG_BLOCK    0
#define SIG_UNBLOCK  1
#define SIG_SETMASK  2
#define SA_RESTART   0x10000000
#define SA_NOCLDSTOP 1

struct sigaction {
    sighandler_t sa_handler;
    sigset_t sa_mask;
    int sa_flags;
};

/* sigaction is a struct and a function: usual in C, but -Wshadow warns of it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
BEGIN_C
sighandler_t signal(int number, sighandler_t handler) POSIX(signal);
int sigaction(int number, const struct sigaction* action, struct sigaction* old) POSIX(sigaction);
int sigprocmask(int how, const sigset_t* set, sigset_t* old) POSIX(sigprocmask);
int sigemptyset(sigset_t* set) POSIX(sigemptyset);
int kill(pid_t pid, int number) POSIX(kill);
END_C
#pragma GCC diagnostic pop
