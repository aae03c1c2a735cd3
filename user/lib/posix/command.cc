// system() and popen(): commands for the shell.
#include "posix/file.h"
#include "posix/posix.h"
#include "signal.h"
#include "sys/wait.h"

extern "C" {

int posix_execl(const char* path, const char* arg, ...);
[[noreturn]] void posix__exit(int status);
int posix_fork();
int posix_fflush(stdio_file* f);
int posix_dup2(int fd, int wanted);
int posix_pipe(int* fds);
stdio_file* posix_fdopen(int fd, const char* mode);
int posix_fclose(stdio_file* f);
int posix_fileno(stdio_file* f);
pid_t posix_waitpid(pid_t pid, int* status, int options);
int posix_sigaction(int number, const struct sigaction* action, struct sigaction* old);
int posix_sigprocmask(int how, const sigset_t* set, sigset_t* old);

}  // extern "C"

namespace {

constexpr const char* kShell = "/sh";

[[noreturn]] void run(const char* command) {
    posix_execl(kShell, "sh", "-c", command, nullptr);
    posix__exit(127);
}

int wait_for(pid_t pid) {
    int status;
    while (posix_waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) return -1;
    }
    return status;
}

// The processes behind the files that popen() opened.
struct Opened {
    stdio_file* file;
    pid_t pid;
} opened[16];

}  // namespace

extern "C" {

// Ctrl-C is meant for the command, and the caller's handler of SIGCHLD must not take its status (POSIX).
int posix_system(const char* command) {
    if (!command) return 1;
    posix_fflush(nullptr);
    struct sigaction ignore {
    }, interrupt{}, quit{};
    ignore.sa_handler = SIG_IGN;
    const sigset_t child = 1ul << (SIGCHLD - 1);
    sigset_t mask;
    posix_sigaction(SIGINT, &ignore, &interrupt);
    posix_sigaction(SIGQUIT, &ignore, &quit);
    posix_sigprocmask(SIG_BLOCK, &child, &mask);
    const auto restore = [&] {
        posix_sigaction(SIGINT, &interrupt, nullptr);
        posix_sigaction(SIGQUIT, &quit, nullptr);
        posix_sigprocmask(SIG_SETMASK, &mask, nullptr);
    };
    const pid_t pid = posix_fork();
    if (pid == 0) {
        restore();
        run(command);
    }
    const int status = pid < 0 ? -1 : wait_for(pid);
    restore();
    return status;
}

stdio_file* posix_popen(const char* command, const char* mode) {
    const bool reads = *mode == 'r';
    if (!reads && *mode != 'w') return errno = EINVAL, nullptr;
    Opened* slot = nullptr;
    for (Opened& o : opened) {
        if (!o.file) slot = &o;
    }
    int fds[2];
    if (!slot) return errno = EMFILE, nullptr;
    if (posix_pipe(fds) < 0) return nullptr;
    const int ours = fds[reads ? 0 : 1], theirs = fds[reads ? 1 : 0];
    posix_fflush(nullptr);
    const pid_t pid = posix_fork();
    if (pid == 0) {
        posix_close(ours);
        // POSIX: the command does not inherit the pipes of earlier calls.
        for (const Opened& o : opened) {
            if (o.file) posix_close(posix_fileno(o.file));
        }
        posix_dup2(theirs, reads ? 1 : 0);
        if (theirs != (reads ? 1 : 0)) posix_close(theirs);
        run(command);
    }
    posix_close(theirs);
    stdio_file* f = pid > 0 ? posix_fdopen(ours, mode) : nullptr;
    if (!f) return posix_close(ours), nullptr;
    *slot = {f, pid};
    return f;
}

int posix_pclose(stdio_file* f) {
    for (Opened& o : opened) {
        if (o.file != f) continue;
        o.file = nullptr;
        posix_fclose(f);
        return wait_for(o.pid);
    }
    return posix::check_int(-EINVAL);
}

}  // extern "C"
