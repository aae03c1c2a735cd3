// POSIX's functions for signals. The kernel delivers them (kernel/sys/signals.h).
#include "posix/posix.h"

#include "signal.h"

using posix::check_int;

// The kernel and the programs see the same bytes under different names.
static_assert(sizeof(siginfo_t) == sizeof(signal_info));
static_assert(offsetof(siginfo_t, si_addr) == offsetof(signal_info, address));
static_assert(sizeof(ucontext_t) == sizeof(signal_frame) - offsetof(signal_frame, mask));
static_assert(offsetof(ucontext_t, uc_mcontext.__fpregs) ==
              offsetof(signal_frame, f) - offsetof(signal_frame, mask));

extern "C" {

// A handler returns to this stub of the system call.
static unsigned long restorer() { return reinterpret_cast<unsigned long>(&raw_sigreturn); }

int posix_sigaction(int number, const struct sigaction* action, struct sigaction* old) {
    signal_action set{}, was{};
    if (action) {
        set = {reinterpret_cast<unsigned long>(action->sa_handler), action->sa_mask,
               static_cast<unsigned>(action->sa_flags), restorer()};
    }
    const int result = check_int(raw_sigaction(number, action ? &set : nullptr, &was));
    if (result < 0 || !old) return result;
    old->sa_handler = reinterpret_cast<sighandler_t>(was.handler);
    old->sa_mask = was.mask;
    old->sa_flags = static_cast<int>(was.flags);
    return 0;
}

sighandler_t posix_signal(int number, sighandler_t handler) {
    struct sigaction action {
    }, old{};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    return posix_sigaction(number, &action, &old) < 0 ? SIG_ERR : old.sa_handler;
}

int posix_siginterrupt(int number, int fail) {
    struct sigaction action {};
    if (posix_sigaction(number, nullptr, &action) < 0) return -1;
    action.sa_flags = fail ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
    return posix_sigaction(number, &action, nullptr);
}

int posix_kill(pid_t pid, int number) { return check_int(raw_sigsend(pid, number)); }
int posix_raise(int number) { return posix_kill(getpid(), number); }
int posix_killpg(pid_t group, int number) {
    return group < 0 ? check_int(-EINVAL) : posix_kill(group <= 1 ? 0 : -group, number);
}

int posix_sigprocmask(int how, const sigset_t* set, sigset_t* old) {
    return check_int(raw_sigprocmask(how, set, old));
}
int posix_sigpending(sigset_t* set) { return check_int(raw_sigpending(set)); }
int posix_sigsuspend(const sigset_t* mask) { return check_int(raw_sigsuspend(mask)); }

int posix_pause() {
    sigset_t mask = 0;
    raw_sigprocmask(SIG_BLOCK, nullptr, &mask);
    return posix_sigsuspend(&mask);
}

// --- sets ---

static bool is_signal(int number) { return number > 0 && number < NSIG; }
static sigset_t bit(int number) { return 1ul << (number - 1); }

int posix_sigemptyset(sigset_t* set) { return *set = 0, 0; }
int posix_sigfillset(sigset_t* set) { return *set = ~0ul, 0; }
int posix_sigaddset(sigset_t* set, int number) {
    if (!is_signal(number)) return check_int(-EINVAL);
    *set |= bit(number);
    return 0;
}
int posix_sigdelset(sigset_t* set, int number) {
    if (!is_signal(number)) return check_int(-EINVAL);
    *set &= ~bit(number);
    return 0;
}
int posix_sigismember(const sigset_t* set, int number) {
    return is_signal(number) ? (*set & bit(number)) != 0 : check_int(-EINVAL);
}

// --- text ---

char* posix_strsignal(int number) {
    static const char* const kTexts[NSIG] = {"",
                                             "Hangup",
                                             "Interrupt",
                                             "Quit",
                                             "Illegal instruction",
                                             "Trace/breakpoint trap",
                                             "Aborted",
                                             "Bus error",
                                             "Floating point exception",
                                             "Killed",
                                             "User defined signal 1",
                                             "Segmentation fault",
                                             "User defined signal 2",
                                             "Broken pipe",
                                             "Alarm clock",
                                             "Terminated",
                                             "Stack fault",
                                             "Child exited",
                                             "Continued",
                                             "Stopped (signal)",
                                             "Stopped",
                                             "Stopped (tty input)",
                                             "Stopped (tty output)",
                                             "Urgent I/O condition",
                                             "CPU time limit exceeded",
                                             "File size limit exceeded",
                                             "Virtual timer expired",
                                             "Profiling timer expired",
                                             "Window changed",
                                             "I/O possible",
                                             "Power failure",
                                             "Bad system call"};
    static char unknown[32];
    if (is_signal(number)) return const_cast<char*>(kTexts[number]);
    snprintf(unknown, sizeof unknown, "Unknown signal %d", number);
    return unknown;
}

void posix_psignal(int number, const char* text) {
    const bool named = text && *text;
    fprintf(2, "%s%s%s\n", named ? text : "", named ? ": " : "", posix_strsignal(number));
}

}  // extern "C"

// --- SIGPIPE: the kernel's calls only fail, as xv6's programs expect ---

namespace posix {

// Only a stream's writer gets it, as in Linux.
static bool is_stream(int fd) {
    int type = 0;
    socklen_t n = sizeof type;
    const long result = raw_getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n);
    return result == -ENOTSOCK || type == SOCK_STREAM;
}

long check_broken(int fd, long result) {
    if (result == -EPIPE && is_stream(fd)) posix_raise(SIGPIPE);
    return check(result);
}

}  // namespace posix
