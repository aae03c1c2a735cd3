/* Everything a program of nx6 may call, for C and C++. System calls first, the library after them.
 *
 * A system call that fails returns a negative error number (errno.h), never just -1; strerror() puts it in
 * words. Programs written for POSIX include unistd.h, stdio.h and their like instead; sys/socket.h and what
 * belongs to it go with both. The calls xv6 has keep its names and arguments. */
#pragma once

#ifdef NX6_POSIX
#error "choose: user.h has xv6's functions, POSIX's headers have their own of the same names"
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
#define NORETURN [[noreturn]]
#else
#define NORETURN _Noreturn
#endif

#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

/* stat, ifinfo and their like are a struct and a function each: C's habit, which only -Wshadow minds. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

/* ---- processes ---- */
int fork(void); /* 0 in the child, the child's pid in the parent */
NORETURN void exit(int status);
int wait(int* status); /* for any child; its pid. -ECHILD: there is none. status may be null */
int kill(int pid);     /* it ends at its next step into the kernel, with status -1 */
int getpid(void);
/* Moves a child (or the caller: 0) into a process group: 0 is one of its own, whose number is its pid. */
int setpgid(int pid, int group);
/* The group that Ctrl-C at the console ends, with status 130. 0: none; then a read() is told of it by -EINTR.
 */
int tcsetpgrp(int fd, int group);
int exec(const char* path, char** argv); /* returns only on failure; argv ends with a null pointer */
char* sbrk(int bytes);                   /* grows (or shrinks) the heap; its old end, or (char*)-1 */
char* sbrklazy(int bytes);               /* the same; a new page is made when it is first touched */
int sleep(int ticks);                    /* a tick is 100 ms */
int uptime(void);                        /* ticks since boot */

/* ---- files ---- */
int open(const char* path, int flags); /* O_*, abi/fcntl.h; the lowest free descriptor */
int close(int fd);
int read(int fd, void* buffer, int n); /* the number of bytes, 0 at the end */
int write(int fd, const void* buffer, int n);
int dup(int fd);
int pipe(int* fds); /* fds[0] to read from, fds[1] to write to */
int fstat(int fd, struct stat* st);
int link(const char* old_path, const char* new_path);
int unlink(const char* path);
int mkdir(const char* path);
int mknod(const char* path, short major, short minor);
int chdir(const char* path);

/* ---- network; addresses as numbers: 10.0.2.2 is 0x0a000202 ---- */

/* A UDP socket to ip:remote_port. write() sends one datagram, read() takes one. Local port 0 picks one. */
#ifdef __cplusplus
int connect(uint32 ip, uint16 local_port, uint16 remote_port);
#elif !defined(AF_INET) /* sys/socket.h's connect() takes its place */
int connect(uint32 ip, uint16 local_port, uint16 remote_port);
#endif
/* ---- text out: one call is one write(), up to 512 bytes ---- */
/* %d %i %u %x %X %o %c %s %p %% with flags, width, precision and the lengths hh h l ll z; no %f. */
int printf(const char* format, ...) PRINTF_LIKE(1, 2);
int fprintf(int fd, const char* format, ...) PRINTF_LIKE(2, 3);
int snprintf(char* buffer, unsigned long size, const char* format, ...) PRINTF_LIKE(3, 4);
int vprintf(const char* format, __builtin_va_list args) PRINTF_LIKE(1, 0);
int vfprintf(int fd, const char* format, __builtin_va_list args) PRINTF_LIKE(2, 0);
int vsnprintf(char* buffer, unsigned long size, const char* format, __builtin_va_list args) PRINTF_LIKE(3, 0);

/* The error in lower-case words; the sign does not matter, so a failed call's result can be passed as it is.
 */
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
char* strchr(const char* s, char c); /* null if it is not there */
int atoi(const char* s);             /* the digits at the front; 0 without any */
void* malloc(unsigned long n);       /* null when memory is exhausted */
void* calloc(unsigned long count, unsigned long n);
void* realloc(void* p, unsigned long n);
void free(void* p); /* null is fine */

/* ---- files, in one call ---- */
int stat(const char* path, struct stat* st);
char* gets(char* line, int size);           /* one line of fd 0 with its '\n'; "" at the end */
int fgetline(int fd, char* line, int size); /* the same of any fd; the length, 0 at the end, or an error */

/* ---- a program's manners ---- */
extern char* optarg; /* POSIX getopt: -1 when the options end, '?' for one it lacks */
extern int optind, opterr, optopt;
int getopt(int argc, char* const argv[], const char* letters);

/* Outside of any function: the program's stack has so many bytes, instead of USERSTACK pages. */
#define STACK_SIZE(bytes) \
    __asm__(".pushsection .program_stack, \"aw\", @nobits\n.zero " #bytes "\n.popsection")

#pragma GCC diagnostic pop

#ifdef __cplusplus
}

#include <type_traits>
/* So that a 0 among the numbers is one, where POSIX's connect(), with a pointer in that place, is declared
 * too. */
template <class Ip, class Local, class Remote>
requires(std::is_integral_v<Ip>&& std::is_integral_v<Local>&& std::is_integral_v<Remote>) inline int connect(
    Ip ip, Local local_port, Remote remote_port) {
    int (*const xv6_connect)(uint32, uint16, uint16) = connect;
    return xv6_connect(static_cast<uint32>(ip), static_cast<uint16>(local_port),
                       static_cast<uint16>(remote_port));
}
#endif
