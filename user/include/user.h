/* The system calls and the library, for C and C++.
 *
 * A system call that fails returns a negative error number (errno.h), not just -1; strerror() describes it.
 * Programs written for POSIX include unistd.h, stdio.h and so on instead; sys/socket.h and the other socket
 * headers go with both. The calls of xv6 keep their names and arguments; a program written for xv6 gets
 * user/user.h instead. */
#pragma once

#ifdef NX6_XV6 /* a program of xv6, which has included types.h, means xv6's file of this name */
#include "user/user.h"
#else

#ifdef NX6_POSIX
#error "include either user.h or POSIX's headers: both declare functions of the same names"
#endif
#define NX6_USER_H

#include "abi/fcntl.h"
#include "abi/info.h"
#include "abi/net.h"
#include "abi/param.h"
#include "abi/stat.h"
#include "errno.h"
#include "manners.h"
#include "nx6.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NORETURN __attribute__((noreturn))

#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

/* Some names, such as stat, are a struct and a function: usual in C, but -Wshadow warns of it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

/* ---- processes ---- */
int fork(void) NX6_CALL(fork); /* 0 in the child, the child's pid in the parent */
NORETURN void exit(int status) NX6_CALL(exit);
int wait(int* status)
    NX6_CALL(wait); /* for any child; returns its pid. -ECHILD: there is none. status may be null */
/* The process ends when it enters the kernel the next time, with status -1. -GROUP: so do all of that group.
 */
int kill(int pid) NX6_CALL(kill);
int sigsend(int pid, int number) NX6_CALL(sigsend); /* POSIX's kill(): any signal (signal.h) */
/* POSIX's waitpid(): the options and the status are those of sys/wait.h. */
int waitpid(int pid, int* status, int options) NX6_CALL(waitpid);
int setsid(void) NX6_CALL(setsid); /* the caller leads a new session and group; returns its number */
int getpid(void) NX6_CALL(getpid);
int getppid(void) NX6_CALL(getppid); /* the parent; 1, init, after its end */
/* Moves a child (pid 0: the caller) into a process group. Group 0: a new one, whose number is its pid. */
int setpgid(int pid, int group) NX6_CALL(setpgid);
/* Sets the group that gets the console's signals: Ctrl-C ends it, with status 130. 0: none; then read()
 * returns -EINTR on Ctrl-C. */
int tcsetpgrp(int fd, int group) NX6(tcsetpgrp);
int exec(const char* path, char** argv)
    NX6(exec);                           /* returns only on failure; argv ends with a null pointer */
char* sbrk(int bytes) NX6(sbrk);         /* grows (or shrinks) the heap; returns its old end, or (char*)-1 */
char* sbrklazy(int bytes) NX6(sbrklazy); /* the same, but each new page is allocated on its first use */
int sleep(int ticks) NX6_CALL(sleep);    /* a tick is 100 ms */
int uptime(void) NX6_CALL(uptime);       /* ticks since boot */

/* ---- files ---- */
int open(const char* path, int flags)
    NX6_CALL(open); /* O_*, abi/fcntl.h; returns the lowest free descriptor */
int close(int fd) NX6_CALL(close);
int read(int fd, void* buffer, int n) NX6_CALL(read); /* returns the number of bytes, 0 at the end */
int write(int fd, const void* buffer, int n) NX6_CALL(write);
int dup(int fd) NX6_CALL(dup);
int pipe(int* fds) NX6_CALL(pipe); /* fds[0] to read from, fds[1] to write to */
int fstat(int fd, struct stat* st) NX6_CALL(fstat);
int link(const char* old_path, const char* new_path) NX6_CALL(link);
int unlink(const char* path) NX6_CALL(unlink);
int mkdir(const char* path) NX6_CALL(mkdir);
int mknod(const char* path, short major, short minor) NX6_CALL(mknod);
int chdir(const char* path) NX6_CALL(chdir);

/* ---- network; addresses as numbers: 10.0.2.2 is 0x0a000202 ---- */

/* A UDP socket to ip:remote_port. write() sends one datagram, read() receives one. Local port 0: a free one.
 */
#ifdef __cplusplus
int connect(uint32 ip, uint16 local_port, uint16 remote_port) NX6_CALL(connect);
#elif !defined(AF_INET) /* then connect() is that of sys/socket.h */
int connect(uint32 ip, uint16 local_port, uint16 remote_port) NX6_CALL(connect);
#endif
/* ---- text output: one call makes one write(), up to 512 bytes ---- */
/* %d %i %u %x %X %o %c %s %p %% with flags, width, precision and the lengths hh h l ll z; no %f. */
int printf(const char* format, ...) NX6(printf) PRINTF_LIKE(1, 2);
int fprintf(int fd, const char* format, ...) NX6(fprintf) PRINTF_LIKE(2, 3);
int snprintf(char* buffer, unsigned long size, const char* format, ...) NX6(snprintf) PRINTF_LIKE(3, 4);
int vprintf(const char* format, __builtin_va_list args) NX6(vprintf) PRINTF_LIKE(1, 0);
int vfprintf(int fd, const char* format, __builtin_va_list args) NX6(vfprintf) PRINTF_LIKE(2, 0);
int vsnprintf(char* buffer, unsigned long size, const char* format, __builtin_va_list args) NX6(vsnprintf)
    PRINTF_LIKE(3, 0);

/* Describes the error in lower case. The sign does not matter: pass the failed call's result as it is. */
char* strerror(int error);

/* ---- strings and memory ---- */
void* memcpy(void* to, const void* from, unsigned long n);
void* memmove(void* to, const void* from, unsigned long n);
void* memset(void* to, int byte, unsigned long n);
int memcmp(const void* a, const void* b, unsigned long n);
unsigned long strlen(const char* s);
int strcmp(const char* a, const char* b);
int strncmp(const char* a, const char* b, unsigned long n);
char* strcpy(char* to, const char* from);
char* strchr(const char* s, char c) NX6(strchr); /* null if it is not there */
int atoi(const char* s) NX6(atoi);               /* the leading digits; 0 if there are none */
void* malloc(unsigned long n);                   /* null when memory is exhausted */
void* calloc(unsigned long count, unsigned long n);
void* realloc(void* p, unsigned long n);
void free(void* p); /* null is fine */

/* ---- files, in one call ---- */
int stat(const char* path, struct stat* st) NX6(stat);
char* gets(char* line, int size) NX6(gets); /* one line of fd 0 with its '\n'; "" at the end */
int fgetline(int fd, char* line, int size)
    NX6(fgetline); /* the same from any fd; returns the length, 0 at the end, or an error */

/* ---- the command line ---- */
extern char* optarg; /* POSIX getopt: -1 at the end of the options, '?' for an unknown one */
extern int optind, opterr, optopt;
int getopt(int argc, char* const argv[], const char* letters);

/* Used outside of any function: sets the size of the program's stack, at most 64 MiB; by default it is
 * STACKSIZE (kernel/abi/param.h). Its pages are allocated when the program touches them. */
#define STACK_SIZE(bytes) \
    __asm__(".pushsection .program_stack, \"aw\", @nobits\n.zero " #bytes "\n.popsection")

#pragma GCC diagnostic pop

#ifdef __cplusplus
}

#include <type_traits>
/* POSIX's connect() has a pointer as its second argument. Where both are declared, this overload takes a
 * literal 0 as a number. */
template <class Ip, class Local, class Remote>
requires(std::is_integral_v<Ip>&& std::is_integral_v<Local>&& std::is_integral_v<Remote>) inline int connect(
    Ip ip, Local local_port, Remote remote_port) {
    int (*const xv6_connect)(uint32, uint16, uint16) = connect;
    return xv6_connect(static_cast<uint32>(ip), static_cast<uint16>(local_port),
                       static_cast<uint16>(remote_port));
}
#endif

#endif
