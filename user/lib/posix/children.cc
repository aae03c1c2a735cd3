// waitpid(), and the handler of SIGCHLD.
#include "posix/posix.h"
#include "sys/wait.h"

using posix::check_int;

extern "C" {

// The kernel's status is the program's exit status, or -1 if it was killed.
static int as_posix_status(int status) { return status == -1 ? 9 : (status & 0xff) << 8; }

// Children that ended while waitpid() waited for another one.
static struct { int pid, status; } ended[16];

static int take_ended(pid_t pid, int* status) {
    for (auto& e : ended) {
        if (e.pid == 0 || (pid > 0 && e.pid != pid)) continue;
        const int found = e.pid;
        if (status) *status = e.status;
        e.pid = 0;
        return found;
    }
    return 0;
}

static bool a_child_has_ended() {
    static struct procinfo processes[NPROC];
    const int n = procinfo(processes, NPROC), self = getpid();
    for (int i = 0; i < n; i++) {
        if (processes[i].parent == self && processes[i].state == PROC_ZOMBIE) return true;
    }
    return false;
}

pid_t posix_waitpid(pid_t pid, int* status, int options) {
    for (;;) {
        if (const int found = take_ended(pid, status)) return found;
        if (options & WNOHANG && !a_child_has_ended()) return 0;
        int how;
        const int found = static_cast<int>(raw_wait(&how));
        if (found < 0) return check_int(found);
        if (pid <= 0 || found == pid) {
            if (status) *status = as_posix_status(how);
            return found;
        }
        for (auto& e : ended) {
            if (e.pid) continue;
            e = {found, as_posix_status(how)};
            break;
        }
    }
}

pid_t posix_wait(int* status) { return posix_waitpid(-1, status, 0); }

// --- SIGCHLD: there are no signals, but servers that fork use its handler to reap their children. It is
// called in the next fork() after a child's end.

typedef void (*Handler)(int);
static Handler child_handler;
static constexpr int kSigChild = 17;

// signal.h declares these; it cannot be included with user.h, because both declare kill().
struct Action {
    Handler handler;
    unsigned long mask;
    int flags;
};
static bool is_ignored(Handler h) { return reinterpret_cast<long>(h) == 1; }

pid_t posix_fork() {
    while (is_ignored(child_handler) && a_child_has_ended()) raw_wait(nullptr);
    if (child_handler && !is_ignored(child_handler) && a_child_has_ended()) child_handler(kSigChild);
    return check_int(fork());
}

int posix_sigaction(int number, const Action* action, Action* old) {
    if (old) *old = {number == kSigChild ? child_handler : nullptr, 0, 0};
    if (action && number == kSigChild) child_handler = action->handler;
    return 0;
}

Handler posix_signal(int number, Handler handler) {
    const Action action{handler, 0, 0};
    Action old;
    posix_sigaction(number, &action, &old);
    return old.handler;
}

int posix_sigemptyset(unsigned long* set) { return *set = 0, 0; }
int posix_sigprocmask(int, const unsigned long*, unsigned long* old) {
    if (old) *old = 0;
    return 0;
}
int posix_kill(pid_t pid, int number) { return number == 0 ? 0 : check_int(kill(pid)); }

}  // extern "C"
