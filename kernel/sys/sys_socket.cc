// POSIX's socket calls: copy arguments and addresses in and out. net::Socket documents the operations.
// Nothing here knows an address family.
#include "abi/socket.h"
#include "mm/uaccess.h"
#include "net/socket/options.h"
#include "proc/process.h"
#include "sys/network.h"
#include "sys/sockaddr.h"
#include "sys/socket_file.h"
#include "sys/sys_calls.h"

namespace {

using net::SocketAddr;

// The socket type without SOCK_NONBLOCK and SOCK_CLOEXEC. Inval: another bit is set.
Result<int> without_flags(int type) {
    constexpr int kFlags = SOCK_NONBLOCK | SOCK_CLOEXEC, kLastType = 10;
    type &= ~kFlags;
    if (type < 0 || type > kLastType) return Errno::Inval;
    return type;
}

// A call's flags, with MSG_DONTWAIT for a nonblocking descriptor.
int flags_of(const SocketFile& s, int flags) { return s.may_wait() ? flags : flags | MSG_DONTWAIT; }

Result<i64> zero(Result<> r) { return r.ok() ? Result<i64>(0) : Result<i64>(r.error()); }

}  // namespace

Result<i64> sys_socket(const SyscallArgs& a) {
    const int type = TRY(without_flags(a.num(1)));
    TRY(current_process().files->make_room());
    const Ref<net::Socket> socket = TRY(network().open_socket(a.num(0), type, a.num(2)));
    return install_socket(socket, a.num(1));
}

Result<i64> sys_bind(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    return zero(s->bind(TRY(fetch_sockaddr(a.addr(1), a.num(2)))));
}

Result<i64> sys_listen(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    return zero(s->listen(a.num(1)));
}

// socketpair(family, type, protocol, two descriptors)
Result<i64> sys_socketpair(const SyscallArgs& a) {
    const int type = TRY(without_flags(a.num(1)));
    const net::SocketFamily::Pair pair = TRY(network().open_socket_pair(a.num(0), type, a.num(2)));
    const Result<i64> first = install_socket(pair.first, a.num(1));
    if (!first.ok()) return pair.second->close(), first.error();
    const Result<i64> second = install_socket(pair.second, a.num(1));
    const int fds[2] = {static_cast<int>(first.value()), static_cast<int>(second.value())};
    const Result<> told = second.ok() ? mm::copy_out(a.addr(3), fds, sizeof fds) : second.error();
    if (told.ok()) return 0;
    (void)current_process().files->remove(fds[0]);
    if (second.ok()) (void)current_process().files->remove(fds[1]);
    return told.error();
}

// accept(fd, address or null, pointer to the address length, SOCK_NONBLOCK, SOCK_CLOEXEC or 0)
Result<i64> sys_accept(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    if (TRY(without_flags(a.num(3))) != 0) return Errno::Inval;
    TRY(current_process().files->make_room());
    const Ref<net::Socket> accepted = TRY(s->accept(s.may_wait()));
    const Result<SocketAddr> remote = accepted->remote();
    const Result<> told = put_sockaddr(a.addr(1), a.addr(2), remote.ok() ? remote.value() : SocketAddr{});
    if (!told.ok()) {
        accepted->close();
        return told.error();
    }
    return install_socket(accepted, a.num(3));
}

Result<i64> sys_sockconnect(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    return zero(s->connect(TRY(fetch_sockaddr(a.addr(1), a.num(2))), s.may_wait()));
}

// sendto(fd, data, n, flags, address or null, address length)
Result<i64> sys_sendto(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    const usize n = TRY(a.length(2));
    SocketAddr to;
    if (a.addr(4).value) to = TRY(fetch_sockaddr(a.addr(4), a.num(5)));
    return static_cast<i64>(
        TRY(s->send(a.addr(1), n, flags_of(s, a.num(3)), a.addr(4).value ? &to : nullptr)));
}

// recvfrom(fd, data, n, flags, address or null, pointer to the address length)
Result<i64> sys_recvfrom(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    const usize n = TRY(a.length(2));
    SocketAddr from;
    const bool tell = a.addr(4).value != 0;
    const usize got = TRY(s->receive(a.addr(1), n, flags_of(s, a.num(3)), tell ? &from : nullptr));
    if (tell) TRY(put_sockaddr(a.addr(4), a.addr(5), from));
    return static_cast<i64>(got);
}

Result<i64> sys_shutdown(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    const Result<> done = s->shutdown(a.num(1));
    s.file->unready.forget();
    return zero(done);
}

Result<i64> sys_getsockname(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    if (!a.addr(1).value) return Errno::Fault;
    return zero(put_sockaddr(a.addr(1), a.addr(2), s->local()));
}

Result<i64> sys_getpeername(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    const SocketAddr remote = TRY(s->remote());
    if (!a.addr(1).value) return Errno::Fault;
    return zero(put_sockaddr(a.addr(1), a.addr(2), remote));
}

// setsockopt(fd, level, name, value, value length)
Result<i64> sys_setsockopt(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    u8 value[net::kMaxOptionSize];
    const usize n = TRY(a.length(4));
    const usize wanted = n < sizeof value ? n : sizeof value;
    TRY(mm::copy_in(value, a.addr(3), wanted));
    const Result<> done = s->set_option(a.num(1), a.num(2), {value, wanted});
    s.file->unready.forget();
    return zero(done);
}

// getsockopt(fd, level, name, value, pointer to the value length)
Result<i64> sys_getsockopt(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    u8 value[net::kMaxOptionSize];
    i32 length = 0;
    TRY(mm::copy_in(&length, a.addr(4), sizeof length));
    if (length < 0) return Errno::Inval;
    const usize room = static_cast<usize>(length) < sizeof value ? static_cast<usize>(length) : sizeof value;
    const bool domain = a.num(1) == SOL_SOCKET && a.num(2) == SO_DOMAIN;
    const usize n = domain ? net::give_option<int>(s->family(), {value, room})
                           : TRY(s->get_option(a.num(1), a.num(2), {value, room}));
    length = static_cast<i32>(n);
    TRY(mm::copy_out(a.addr(3), value, n));
    return zero(mm::copy_out(a.addr(4), &length, sizeof length));
}
