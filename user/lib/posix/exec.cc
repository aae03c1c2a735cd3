// The family of exec.
#include <stdarg.h>

#include "posix/posix.h"

extern "C" {

extern char** environ;
char* posix_getenv(const char* name);

int posix_execve(const char* path, char* const* argv, char* const* environment) {
    return posix::check_int(raw_execve(path, argv, environment));
}
int posix_execv(const char* path, char* const* argv) { return posix_execve(path, argv, environ); }

// POSIX: what the kernel does not know is a script for the shell.
static int execute(const char* path, char* const* argv, char* const* environment) {
    if (posix_execve(path, argv, environment) < 0 && errno != ENOEXEC) return -1;
    const char* script[MAXARG + 2] = {"sh", path};
    for (int i = 1; argv[0] && argv[i] && i < MAXARG; i++) script[i + 1] = argv[i];
    return posix_execve("/sh", const_cast<char* const*>(script), environment);
}

// Tries the folders of PATH in order.
int posix_execvpe(const char* file, char* const* argv, char* const* environment) {
    if (strchr(file, '/')) return execute(file, argv, environment);
    const char* folder = posix_getenv("PATH");
    if (!folder) folder = "/";
    for (int error = ENOENT;; folder++) {
        const char* end = folder;
        while (*end && *end != ':') end++;
        char path[MAXPATH];
        const int n = snprintf(path, sizeof path, "%.*s/%s", static_cast<int>(end - folder), folder, file);
        if (n < MAXPATH) execute(end == folder ? file : path, argv, environment);
        if (n < MAXPATH && errno != ENOENT && errno != ENOTDIR) error = errno;
        if (!*end) return posix::check_int(-error);
        folder = end;
    }
}
int posix_execvp(const char* file, char* const* argv) { return posix_execvpe(file, argv, environ); }

}  // extern "C"

namespace {

// argv from the arguments of execl(); one too many for the kernel is enough for its error.
struct List {
    const char* argv[MAXARG + 2] = {};

    List(const char* first, va_list& args) {
        argv[0] = first;
        for (int i = 0; argv[i] && i < MAXARG;) argv[++i] = va_arg(args, const char*);
    }
    bool too_long() const { return argv[MAXARG]; }
    char* const* get() const { return const_cast<char* const*>(argv); }
};

}  // namespace

extern "C" {

int posix_execl(const char* path, const char* arg, ...) {
    va_list args;
    va_start(args, arg);
    const List list(arg, args);
    va_end(args);
    return posix_execv(path, list.get());
}

int posix_execlp(const char* file, const char* arg, ...) {
    va_list args;
    va_start(args, arg);
    const List list(arg, args);
    va_end(args);
    return posix_execvp(file, list.get());
}

int posix_execle(const char* path, const char* arg, ...) {
    va_list args;
    va_start(args, arg);
    const List list(arg, args);
    char* const* environment = list.too_long() ? nullptr : va_arg(args, char* const*);
    va_end(args);
    return posix_execve(path, list.get(), environment);
}

}  // extern "C"
