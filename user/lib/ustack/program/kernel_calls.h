// The kernel's own system calls, for a program whose calls go to its own stack first.
//
// Such a program is linked with --wrap=NAME for each of them: every use of NAME is one of __wrap_NAME, which
// calls.cc defines, and __real_NAME is the stub of lib/crt.S. The program and the library are not compiled
// again, and need not know.
#pragma once

#include "lib/types.h"

extern "C" {
long __real___raw_socket(int domain, int type, int protocol);
long __real___raw_bind(int fd, const void* address, int length);
long __real___raw_listen(int fd, int backlog);
long __real___raw_accept(int fd, void* address, int* length, int flags);
long __real___raw_sockconnect(int fd, const void* address, int length);
long __real___raw_sendto(int fd, const void* data, int n, int flags, const void* address, int length);
long __real___raw_recvfrom(int fd, void* data, int n, int flags, void* address, int* length);
long __real___raw_sendmsg(int fd, const struct msghdr* m, int flags);
long __real___raw_recvmsg(int fd, struct msghdr* m, int flags);
long __real___raw_writev(int fd, const struct iovec* v, int count);
long __real___raw_readv(int fd, const struct iovec* v, int count);
long __real___raw_shutdown(int fd, int how);
long __real___raw_getsockname(int fd, void* address, int* length);
long __real___raw_getpeername(int fd, void* address, int* length);
long __real___raw_setsockopt(int fd, int level, int name, const void* value, int length);
long __real___raw_getsockopt(int fd, int level, int name, void* value, int* length);
long __real___raw_poll(struct pollfd* fds, unsigned long n, int timeout_ms);
long __real___raw_fcntl(int fd, int command, int argument);
long __real___raw_ioctl(int fd, unsigned long request, void* argument);
long __real___raw_dup2(int fd, int wanted);
long __real___raw_nanosleep(unsigned long ns);
long __real___raw_status(int fd, struct file_status* status);
int __real___raw_read(int fd, void* data, int n);
int __real___raw_write(int fd, const void* data, int n);
int __real___raw_close(int fd);
int __real___raw_dup(int fd);
int __real___raw_fstat(int fd, struct stat* st);
int __real___raw_settimeout(int fd, int ms);
int __real___raw_fork();
int __real___nx6_exec(const char* path, char** argv);
[[noreturn]] void __real___raw_exit(int status);
}
