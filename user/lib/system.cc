// The start of a program, and the calls whose C function differs from the kernel's call.
#include "abi/ioctl.h"
#include "abi/vm.h"
#include "user.h"

extern "C" {

int main(int argc, char** argv, char** environment);
long raw_sbrk(long bytes, long how);
long raw_execve(const char* path, char* const* argv, char* const* environment);
int raw_ioctl(int fd, unsigned long request, void* argument);

const char* program_name = "?";

char** environ;  // the kernel puts it behind argv

// Linked only if the program uses stdio or atexit(), which have work to do at exit.
[[gnu::weak]] void posix_exit(int status);

[[noreturn]] void __start_main(int argc, char** argv) {
    if (argc > 0) {
        program_name = argv[0];
        for (const char* p = argv[0]; *p; p++) {
            if (*p == '/' && p[1]) program_name = p + 1;
        }
    }
    environ = argv + argc + 1;
    const int status = main(argc, argv, environ);
    if (posix_exit) posix_exit(status);
    exit(status);
}

// xv6's exec() passes the environment on.
int exec(const char* path, char** argv) { return static_cast<int>(raw_execve(path, argv, environ)); }

// xv6's sbrk returns (char*)-1 for every error.
static char* move_break(int bytes, int how) {
    const long end = raw_sbrk(bytes, how);
    return reinterpret_cast<char*>(end < 0 ? -1l : end);
}
char* sbrk(int bytes) { return move_break(bytes, SBRK_EAGER); }
char* sbrklazy(int bytes) { return move_break(bytes, SBRK_LAZY); }

int tcsetpgrp(int fd, int group) { return raw_ioctl(fd, TIOCSPGRP, &group); }

int stat(const char* path, struct stat* st) {
    const int fd = open(path, O_PATH);
    if (fd < 0) return fd;
    const int result = fstat(fd, st);
    close(fd);
    return result;
}

}  // extern "C"
