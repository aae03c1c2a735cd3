// The system calls of a program with its own stack: on one of its sockets the stack serves them, on
// everything else the kernel. kernel_calls.h says how they come here. Results are as the kernel's: errors are
// negative.
#include "abi/fcntl.h"
#include "abi/file_status.h"
#include "abi/stat.h"
#include "ustack/program/kernel_calls.h"
#include "ustack/program/open.h"
#include "ustack/system.h"

using ustack::File;
using ustack::open_sockets;
using ustack::Sockets;

namespace {

// One of our sockets, or none.
struct Ours {
    explicit Ours(int fd) : sockets(open_sockets()), file(sockets ? sockets->files().find(fd) : nullptr) {}
    explicit operator bool() const { return file; }
    Sockets* sockets;
    File* file;
};

// What the call has prepared to send goes out at its end.
long end(Sockets& s, const Result<i64>& result) {
    s.finish();
    return result.ok() ? result.value() : -static_cast<long>(result.error());
}

msghdr message_of(const iovec* v, usize n) {
    msghdr m{};
    m.msg_iov = const_cast<iovec*>(v);
    m.msg_iovlen = n;
    return m;
}

// A length of the kernel's calls is not negative.
template <class F>
Result<i64> with_length(int n, F call) {
    return n < 0 ? Result<i64>(Errno::Inval) : call(static_cast<usize>(n));
}

}  // namespace

#define OURS_OR_KERNELS(call, kernel_call) \
    const Ours o(fd);                      \
    if (!o) return kernel_call;            \
    return end(*o.sockets, o.sockets->call)

extern "C" {

// --- sockets ---

long __wrap___raw_socket(int domain, int type, int protocol) {
    if (!Sockets::serves(domain, type, protocol)) return __real___raw_socket(domain, type, protocol);
    const Result<Sockets*> s = ustack::want_sockets();
    return s.ok() ? end(*s.value(), s.value()->open(type, protocol)) : -static_cast<long>(s.error());
}
long __wrap___raw_bind(int fd, const void* address, int length) {
    OURS_OR_KERNELS(bind(*o.file, address, length), __real___raw_bind(fd, address, length));
}
long __wrap___raw_listen(int fd, int backlog) {
    OURS_OR_KERNELS(listen(*o.file, backlog), __real___raw_listen(fd, backlog));
}
long __wrap___raw_accept(int fd, void* address, int* length, int flags) {
    OURS_OR_KERNELS(accept(*o.file, address, length, flags), __real___raw_accept(fd, address, length, flags));
}
long __wrap___raw_sockconnect(int fd, const void* address, int length) {
    OURS_OR_KERNELS(connect(*o.file, address, length), __real___raw_sockconnect(fd, address, length));
}
long __wrap___raw_shutdown(int fd, int how) {
    OURS_OR_KERNELS(shutdown(*o.file, how), __real___raw_shutdown(fd, how));
}
long __wrap___raw_getsockname(int fd, void* address, int* length) {
    OURS_OR_KERNELS(local(*o.file, address, length), __real___raw_getsockname(fd, address, length));
}
long __wrap___raw_getpeername(int fd, void* address, int* length) {
    OURS_OR_KERNELS(remote(*o.file, address, length), __real___raw_getpeername(fd, address, length));
}
long __wrap___raw_setsockopt(int fd, int level, int name, const void* value, int n) {
    OURS_OR_KERNELS(set_option(*o.file, level, name, value, n),
                    __real___raw_setsockopt(fd, level, name, value, n));
}
long __wrap___raw_getsockopt(int fd, int level, int name, void* value, int* n) {
    OURS_OR_KERNELS(get_option(*o.file, level, name, value, n),
                    __real___raw_getsockopt(fd, level, name, value, n));
}

// --- data ---

static Result<i64> send(const Ours& o, const void* data, int n, int flags, const void* to, int length) {
    return with_length(n,
                       [&](usize room) { return o.sockets->send(*o.file, data, room, flags, to, length); });
}
static Result<i64> receive(const Ours& o, void* data, int n, int flags, void* from, int* length) {
    return with_length(
        n, [&](usize room) { return o.sockets->receive(*o.file, data, room, flags, from, length); });
}

long __wrap___raw_sendto(int fd, const void* data, int n, int flags, const void* to, int length) {
    const Ours o(fd);
    return o ? end(*o.sockets, send(o, data, n, flags, to, length))
             : __real___raw_sendto(fd, data, n, flags, to, length);
}
long __wrap___raw_recvfrom(int fd, void* data, int n, int flags, void* from, int* length) {
    const Ours o(fd);
    return o ? end(*o.sockets, receive(o, data, n, flags, from, length))
             : __real___raw_recvfrom(fd, data, n, flags, from, length);
}
int __wrap___raw_write(int fd, const void* data, int n) {
    const Ours o(fd);
    return o ? static_cast<int>(end(*o.sockets, send(o, data, n, 0, nullptr, 0)))
             : __real___raw_write(fd, data, n);
}
int __wrap___raw_read(int fd, void* data, int n) {
    const Ours o(fd);
    return o ? static_cast<int>(end(*o.sockets, receive(o, data, n, 0, nullptr, nullptr)))
             : __real___raw_read(fd, data, n);
}

long __wrap___raw_sendmsg(int fd, const struct msghdr* m, int flags) {
    OURS_OR_KERNELS(send_message(*o.file, *m, flags), __real___raw_sendmsg(fd, m, flags));
}
long __wrap___raw_recvmsg(int fd, struct msghdr* m, int flags) {
    OURS_OR_KERNELS(receive_message(*o.file, *m, flags), __real___raw_recvmsg(fd, m, flags));
}
long __wrap___raw_writev(int fd, const struct iovec* v, int count) {
    const Ours o(fd);
    if (!o) return __real___raw_writev(fd, v, count);
    const auto call = [&](usize n) { return o.sockets->send_message(*o.file, message_of(v, n), 0); };
    return end(*o.sockets, with_length(count, call));
}
long __wrap___raw_readv(int fd, const struct iovec* v, int count) {
    const Ours o(fd);
    if (!o) return __real___raw_readv(fd, v, count);
    const auto call = [&](usize n) {
        msghdr m = message_of(v, n);
        return o.sockets->receive_message(*o.file, m, 0);
    };
    return end(*o.sockets, with_length(count, call));
}

// --- descriptors ---

long __wrap___raw_fcntl(int fd, int command, int argument) {
    if (command != F_GETFL && command != F_SETFL) return __real___raw_fcntl(fd, command, argument);
    OURS_OR_KERNELS(fcntl(*o.file, command, argument), __real___raw_fcntl(fd, command, argument));
}
long __wrap___raw_ioctl(int fd, unsigned long request, void* argument) {
    OURS_OR_KERNELS(ioctl(*o.file, static_cast<u32>(request), argument),
                    __real___raw_ioctl(fd, request, argument));
}
long __wrap___raw_dup2(int fd, int wanted) {
    const Ours o(fd), old(wanted);
    if (!o && old) (void)old.sockets->close(wanted);
    if (!o) return __real___raw_dup2(fd, wanted);
    return end(*o.sockets, o.sockets->duplicate_to(*o.file, wanted));
}
int __wrap___raw_dup(int fd) {
    const Ours o(fd);
    return o ? static_cast<int>(end(*o.sockets, o.sockets->duplicate(*o.file))) : __real___raw_dup(fd);
}
int __wrap___raw_close(int fd) {
    const Ours o(fd);
    return o ? static_cast<int>(end(*o.sockets, o.sockets->close(fd))) : __real___raw_close(fd);
}
int __wrap___raw_settimeout(int fd, int ms) {
    const Ours o(fd);
    return o ? static_cast<int>(end(*o.sockets, o.sockets->set_timeout(*o.file, ms)))
             : __real___raw_settimeout(fd, ms);
}
int __wrap___raw_fstat(int fd, struct stat* st) {
    if (!Ours(fd)) return __real___raw_fstat(fd, st);
    *st = {};
    st->type = T_SOCK;
    return 0;
}

long __wrap___raw_status(int fd, struct file_status* status) {
    if (!Ours(fd)) return __real___raw_status(fd, status);
    *status = {};
    status->mode = S_IFSOCK | 0777;
    status->nlink = 1;
    return 0;
}

// --- waiting: the stack works meanwhile ---

long __wrap___raw_poll(struct pollfd* fds, unsigned long n, int timeout_ms) {
    Sockets* s = open_sockets();
    if (!s) return __real___raw_poll(fds, n, timeout_ms);
    const Instant never = Instant::never();
    return s->poll(fds, n, timeout_ms < 0 ? never : ustack::system::now() + milliseconds(timeout_ms));
}
long __wrap___raw_nanosleep(unsigned long ns) {
    if (!open_sockets() || ustack::event_loop().is_running()) return __real___raw_nanosleep(ns);
    const Instant until = ustack::system::now() + Duration{static_cast<i64>(ns)};
    while (ustack::system::now() < until) ustack::event_loop().wait(until);
    return 0;
}

// --- processes ---

int __wrap___raw_fork() {
    const int pid = __real___raw_fork();
    if (pid == 0) ustack::leave_to_parent();
    return pid;
}
int __wrap___nx6_exec(const char* path, char** argv) {
    if (Sockets* s = open_sockets()) s->files().close_on_exec();
    return __real___nx6_exec(path, argv);
}
[[noreturn]] void __wrap___raw_exit(int status) {
    if (Sockets* s = open_sockets()) s->close_all();
    __real___raw_exit(status);
}

}  // extern "C"
