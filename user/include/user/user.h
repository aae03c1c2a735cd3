/* For C programs written for xv6: its system calls and its library, as in xv6-riscv's user/user.h of any year
 * since 2019, and, for a program that includes "types.h" and "user.h", in user.h of xv6 for x86. New programs
 * include "user.h" alone, which offers more and tells why a call failed.
 *
 * Functions that differ from "user.h" have other symbols in the library (user/lib/xv6/):
 *   - a system call that fails returns -1; the reason is in xv6_errno (errno.h);
 *   - printf has xv6's conversions; hexadecimal digits are upper-case, and %p prints 16 of them;
 *   - gets() also stops at '\r'; memmove() and memcpy() take an int. */
#pragma once

#include "abi/vm.h"
#include "types.h"

struct stat;
struct rtcdate;

#define XV6(name) __asm__("__xv6_" #name)

/* ---- system calls ---- */
int fork(void) XV6(fork);
int exit(int) XV6(exit) __attribute__((noreturn));
int wait(int*) XV6(wait);
#define exit(...) (exit)(__VA_ARGS__ + 0) /* until autumn 2019 without an argument */
#define wait(...) (wait)(__VA_ARGS__ + 0)
int pipe(int*) XV6(pipe);
int write(int, const void*, int) XV6(write);
int read(int, void*, int) XV6(read);
int close(int) XV6(close);
int kill(int) XV6(kill);
int exec(const char*, char**) XV6(exec);
int open(const char*, int) XV6(open);
int mknod(const char*, short, short) XV6(mknod);
int unlink(const char*) XV6(unlink);
int fstat(int fd, struct stat*) XV6(fstat);
int link(const char*, const char*) XV6(link);
int mkdir(const char*) XV6(mkdir);
int chdir(const char*) XV6(chdir);
int dup(int) XV6(dup);
int getpid(void) XV6(getpid);
char* sbrk(int) XV6(sbrk);
char* sbrklazy(int) XV6(sbrklazy);
char* sys_sbrk(int, int) XV6(sys_sbrk);
int sleep(int) XV6(sleep);
int pause(int) XV6(sleep); /* its name since 2025 */
int uptime(void) XV6(uptime);
int connect(uint32, uint16, uint16) XV6(connect);

#define SBRK_ERROR ((char*)-1)

extern int xv6_errno XV6(errno);

/* The port of the host's `make server`, which xv6's nettests expects from the Makefile. */
unsigned short xv6_server_port(void) XV6(server_port);
#define NET_TESTS_PORT xv6_server_port()

/* ---- the library ---- */
int stat(const char*, struct stat*) XV6(stat);
char* strcpy(char*, const char*);
void* memmove(void*, const void*, int) XV6(memmove);
char* strchr(const char*, char c) __asm__("__nx6_strchr");
int strcmp(const char*, const char*);
void fprintf(int, const char*, ...) XV6(fprintf);
#ifdef NX6_XV6_RISCV
void printf(const char*, ...) XV6(printf);
#else
void printf(int, const char*, ...) XV6(fprintf);
#endif
char* gets(char*, int max) XV6(gets);
uint strlen(const char*);
void* memset(void*, int, uint);
void* malloc(uint);
void free(void*);
int atoi(const char*) __asm__("__nx6_atoi");
int memcmp(const void*, const void*, uint);
void* memcpy(void*, const void*, uint) XV6(memmove);

#undef XV6

/* The stack that exec makes: xv6's one page (kernel/param.h). See STACK_SIZE in "user.h". */
__asm__(".pushsection .program_stack, \"aw\", @nobits\n.zero 4096\n.popsection");
