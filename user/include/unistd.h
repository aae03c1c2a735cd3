/* POSIX: descriptors and processes. */
#pragma once

#ifdef NX6_USER_H
#error "choose: user.h has xv6's functions, unistd.h POSIX's of the same names"
#endif
#define NX6_POSIX

#include "abi/seek.h"
#include "sys/cdefs.h"
#include "sys/types.h"

#define STDIN_FILENO  0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#define R_OK          4
#define W_OK          2
#define X_OK          1
#define F_OK          0
#define _SC_PAGESIZE  30
#define _SC_OPEN_MAX  4

BEGIN_C
ssize_t read(int fd, void* data, size_t n) POSIX(read);
ssize_t write(int fd, const void* data, size_t n) POSIX(write);
int close(int fd) POSIX(close);
int dup(int fd) POSIX(dup);
int dup2(int fd, int wanted) POSIX(dup2);
int pipe(int fds[2]) POSIX(pipe);
off_t lseek(int fd, off_t offset, int whence) POSIX(lseek);
ssize_t pread(int fd, void* data, size_t n, off_t offset) POSIX(pread);
ssize_t pwrite(int fd, const void* data, size_t n, off_t offset) POSIX(pwrite);
int ftruncate(int fd, off_t size) POSIX(ftruncate);
int truncate(const char* path, off_t size) POSIX(truncate);
int fsync(int fd) POSIX(fsync); /* does nothing: every write() is on the disk when it returns */
int fdatasync(int fd) POSIX(fdatasync);
void sync(void) POSIX(sync);                /* likewise */
int unlink(const char* path) POSIX(unlink); /* EISDIR: a directory */
int rmdir(const char* path) POSIX(rmdir);
char* getcwd(char* path, size_t size) POSIX(getcwd); /* null: allocates it. ERANGE: it is longer */
int link(const char* from, const char* to) POSIX(link);
int chdir(const char* path) POSIX(chdir);
int access(const char* path, int mode) POSIX(access); /* X_OK: someone may execute it, or it is a directory */
int isatty(int fd) POSIX(isatty);                     /* 0 and ENOTTY if it is not a terminal */
/* The terminal's path, in memory that the next call reuses. Null: not a terminal. */
char* ttyname(int fd) POSIX(ttyname);
/* The same into the caller's memory. Returns 0 or an error: ENOTTY, ERANGE (it needs more room). */
int ttyname_r(int fd, char* name, size_t size) POSIX(ttyname_r);
pid_t fork(void) POSIX(fork);
pid_t getpid(void) POSIX(getpid);
pid_t getppid(void) POSIX(getppid);
/* Process groups and sessions. setpgid: moves the caller (0) or a child to a group of its session, or to a
 * new one (0). ESRCH: no such child; EPERM: no such group, or a session's leader. getpgid, getsid: of a
 * process (0: the caller). setsid: the caller leads a new session and group; EPERM: it leads a group already.
 */
int setpgid(pid_t pid, pid_t group) POSIX(setpgid);
int setpgrp(void) POSIX(setpgrp); /* setpgid(0, 0) */
pid_t getpgid(pid_t pid) POSIX(getpgid);
pid_t getpgrp(void) POSIX(getpgrp);
pid_t setsid(void) POSIX(setsid);
pid_t getsid(pid_t pid) POSIX(getsid);
/* The group of the caller's session that gets the console's signals (SIGINT by Ctrl-C, SIGQUIT by Ctrl-\,
 * SIGTSTP by Ctrl-Z) and may read it; 0: none. ENOTTY; EPERM: no such group in the session. */
int tcsetpgrp(int fd, pid_t group) POSIX(tcsetpgrp);
pid_t tcgetpgrp(int fd) POSIX(tcgetpgrp);
/* BSD: continues in a child, in a new session; in / and with /dev/null as fd 0 to 2, unless kept. */
int daemon(int keep_directory, int keep_files) POSIX(daemon);
/* The environment of the new program is envp, or else environ. With p, a file without a slash is looked up in
 * the folders of PATH, which is / if it is not set. */
extern char** environ;
int execve(const char* path, char* const argv[], char* const envp[]) POSIX(execve);
int execv(const char* path, char* const argv[]) POSIX(execv);
int execvp(const char* file, char* const argv[]) POSIX(execvp);
int execvpe(const char* file, char* const argv[], char* const envp[]) POSIX(execvpe);
/* The arguments end with a null pointer; behind that of execle() is envp. */
int execl(const char* path, const char* arg, ...) POSIX(execl);
int execlp(const char* file, const char* arg, ...) POSIX(execlp);
int execle(const char* path, const char* arg, ...) POSIX(execle);
void _exit(int status) POSIX(_exit) __attribute__((noreturn));
unsigned sleep(unsigned seconds) POSIX(sleep); /* returns the seconds that a signal has left */
unsigned alarm(unsigned seconds)
    POSIX(alarm);             /* SIGALRM then; 0: never. Returns the seconds to the old one */
int pause(void) POSIX(pause); /* until a handler has run: -1 with EINTR */
int usleep(unsigned microseconds) POSIX(usleep);
/* BSD: moves the end of the heap; returns the old one, or (void*)-1. malloc() uses it too. */
void* sbrk(long bytes) POSIX(sbrk);
int gethostname(char* name, size_t size) POSIX(gethostname);
long sysconf(int name) POSIX(sysconf);

extern char* optarg;
extern int optind, opterr, optopt;
int getopt(int argc, char* const argv[], const char* letters);
END_C
