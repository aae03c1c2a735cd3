// Processes: children, groups and sessions, daemons.
#include "posix/posix.h"
#include "sys/ioctl.h"
#include "sys/wait.h"

using posix::check_int;

extern "C" {

pid_t posix_fork() { return check_int(fork()); }
pid_t posix_waitpid(pid_t pid, int* status, int options) {
    return check_int(raw_waitpid(pid, status, options));
}
pid_t posix_wait(int* status) { return posix_waitpid(-1, status, 0); }

pid_t posix_getpid() { return getpid(); }
pid_t posix_getppid() { return getppid(); }

int posix_setpgid(pid_t pid, pid_t group) { return check_int(raw_setpgid(pid, group)); }
int posix_setpgrp() { return posix_setpgid(0, 0); }
pid_t posix_getpgid(pid_t pid) { return check_int(raw_getpgid(pid)); }
pid_t posix_getpgrp() { return posix_getpgid(0); }
pid_t posix_setsid() { return check_int(raw_setsid()); }
pid_t posix_getsid(pid_t pid) { return check_int(raw_getsid(pid)); }
int posix_tcsetpgrp(int fd, pid_t group) { return check_int(tcsetpgrp(fd, group)); }
pid_t posix_tcgetpgrp(int fd) {
    int group = 0;
    const int result = check_int(raw_ioctl(fd, TIOCGPGRP, &group));
    return result < 0 ? result : group;
}

// Without a /dev/null the descriptors stay as they are.
static void close_standard_files() {
    const int null = open("/dev/null", O_RDWR);
    if (null < 0) return;
    for (int fd = 0; fd < 3; fd++) raw_dup2(null, fd);
    if (null > 2) close(null);
}

[[noreturn]] static void end(int status) { exit(status); }

int posix_daemon(int keep_directory, int keep_files) {
    const int pid = fork();
    if (pid < 0) return check_int(pid);
    if (pid > 0) end(0);
    raw_setsid();
    if (!keep_directory) chdir("/");
    if (!keep_files) close_standard_files();
    return 0;
}

}  // extern "C"
