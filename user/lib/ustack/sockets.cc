#include "ustack/sockets.h"

#include "abi/fcntl.h"
#include "abi/ioctl.h"
#include "net/socket/options.h"
#include "ustack/address.h"
#include "ustack/system.h"

namespace ustack {

using net::InetAddr;
using net::IpProtocol;
using net::SocketAddr;

namespace {

UserAddr user(const void* p) { return {reinterpret_cast<uptr>(p)}; }

Result<i64> zero(Result<> r) { return r.ok() ? Result<i64>(0) : Result<i64>(r.error()); }

int flags_of(const File& f, int flags) { return f.nonblocking ? flags | MSG_DONTWAIT : flags; }

// Makes a call; if it would have to wait but must not, processes what has arrived and makes it again.
template <class F>
auto with_news(F call) {
    auto result = call();
    if (result.error() != Errno::Again) [[likely]]
        return result;
    return event_loop().run() ? call() : std::move(result);
}

constexpr int kTypeFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;

}  // namespace

bool Sockets::serves(int domain, int type, int protocol) {
    type &= ~kTypeFlags;
    return domain == AF_INET && (type == SOCK_STREAM || (type == SOCK_DGRAM && protocol != IPPROTO_ICMP));
}

// --- opening and closing ---

// flags: SOCK_NONBLOCK, SOCK_CLOEXEC
Result<i64> Sockets::install(const Ref<net::Socket>& socket, IpProtocol protocol, int flags) {
    File* f = files_.create(socket, protocol);
    const Result<int> fd = f ? files_.install(*f) : Result<int>(Errno::NoMem);
    if (!fd.ok()) {
        socket->close();
        if (f) files_.free(*f);
        return fd.error();
    }
    f->nonblocking = flags & SOCK_NONBLOCK;
    if (flags & SOCK_CLOEXEC) system::close_on_exec(fd.value());
    return fd.value();
}

Result<i64> Sockets::open(int type, int protocol) {
    const int kind = type & ~kTypeFlags;
    const Ref<net::Socket> socket = TRY(stack_.open_socket(kind, protocol));
    const IpProtocol ip = kind == SOCK_STREAM ? IpProtocol::Tcp : IpProtocol::Udp;
    return install(socket, ip, type);
}

Result<i64> Sockets::accept(File& f, void* address, i32* length, int flags) {
    if (flags & ~kTypeFlags) return Errno::Inval;
    const Ref<net::Socket> accepted = TRY(with_news([&f] { return f.socket->accept(!f.nonblocking); }));
    const Result<SocketAddr> remote = accepted->remote();
    const Result<> told = put_address(address, length, remote.ok() ? remote.value() : SocketAddr{});
    if (!told.ok()) return accepted->close(), told.error();
    return install(accepted, f.protocol, flags);
}

Result<i64> Sockets::close(int fd) {
    File* f = files_.remove(fd);
    if (!f) return 0;
    f->socket->close();
    if (f->claimed_port) stack_.ports().give(f->protocol, f->claimed_port);
    files_.free(*f);
    return 0;
}

Result<i64> Sockets::duplicate(File& f) { return static_cast<i64>(TRY(files_.install(f))); }

Result<i64> Sockets::duplicate_to(File& f, int wanted) {
    if (files_.find(wanted) == &f) return wanted;
    if (files_.find(wanted)) TRY(close(wanted));
    return static_cast<i64>(TRY(files_.install_at(f, wanted)));
}

void Sockets::close_all() {
    for (int fd = 0; fd < NOFILE; fd++) {
        if (files_.find(fd)) (void)close(fd);
    }
    constexpr Duration kPatience = seconds(20);
    stack_.drain(kPatience);
}

// --- addresses ---

// The port is claimed first; loopback is not the kernel's business.
Result<> Sockets::bind_to(File& f, const InetAddr& to) {
    if (f.claimed_port) return Errno::Inval;
    if (to.addr.is_loopback()) return f.socket->bind(to);
    const u16 port = TRY(stack_.ports().take(f.protocol, to.port));
    const Result<> bound = f.socket->bind(InetAddr{to.addr, port});
    if (bound.ok())
        f.claimed_port = port;
    else
        stack_.ports().give(f.protocol, port);
    return bound;
}

// Before a call for which the stack would select a port itself.
Result<> Sockets::want_port(File& f) {
    const SocketAddr local = f.socket->local();
    return local.inet() && local.inet()->port == 0 ? bind_to(f, InetAddr{}) : Result<>();
}

Result<i64> Sockets::bind(File& f, const void* address, i32 length) {
    const SocketAddr to = TRY(get_address(address, length));
    if (!to.inet()) return Errno::AfNoSupport;
    return zero(bind_to(f, *to.inet()));
}

Result<i64> Sockets::listen(File& f, int backlog) {
    if (f.protocol == IpProtocol::Tcp) TRY(want_port(f));
    return zero(f.socket->listen(backlog));
}

Result<i64> Sockets::connect(File& f, const void* address, i32 length) {
    const SocketAddr to = TRY(get_address(address, length));
    if (to.inet()) TRY(want_port(f));
    return zero(f.socket->connect(to, !f.nonblocking));
}

Result<i64> Sockets::local(File& f, void* address, i32* length) {
    if (!address) return Errno::Fault;
    return zero(put_address(address, length, f.socket->local()));
}

Result<i64> Sockets::remote(File& f, void* address, i32* length) {
    const SocketAddr remote = TRY(f.socket->remote());
    if (!address) return Errno::Fault;
    return zero(put_address(address, length, remote));
}

// --- data ---

Result<i64> Sockets::send(File& f, const void* data, usize n, int flags, const void* address, i32 length) {
    SocketAddr to;
    if (address) to = TRY(get_address(address, length));
    if (f.protocol == IpProtocol::Udp) TRY(want_port(f));
    return static_cast<i64>(TRY(with_news(
        [&] { return f.socket->send(user(data), n, flags_of(f, flags), address ? &to : nullptr); })));
}

Result<i64> Sockets::receive(File& f, void* data, usize n, int flags, void* address, i32* length) {
    SocketAddr from;
    const usize got = TRY(with_news(
        [&] { return f.socket->receive(user(data), n, flags_of(f, flags), address ? &from : nullptr); }));
    TRY(put_address(address, length, from));
    return static_cast<i64>(got);
}

Result<i64> Sockets::shutdown(File& f, int how) { return zero(f.socket->shutdown(how)); }

// --- options ---

Result<i64> Sockets::set_option(File& f, int level, int name, const void* value, i32 length) {
    if (length < 0) return Errno::Inval;
    if (!value) return Errno::Fault;
    return zero(
        f.socket->set_option(level, name, {static_cast<const u8*>(value), static_cast<usize>(length)}));
}

Result<i64> Sockets::get_option(File& f, int level, int name, void* value, i32* length) {
    if (!value || !length) return Errno::Fault;
    if (*length < 0) return Errno::Inval;
    const MutBytes room{static_cast<u8*>(value), static_cast<usize>(*length)};
    *length = static_cast<i32>(TRY(f.socket->get_option(level, name, room)));
    return 0;
}

Result<i64> Sockets::set_timeout(File& f, int ms) {
    if (ms < 0) return Errno::Inval;
    f.socket->set_receive_timeout(milliseconds(ms));
    return 0;
}

Result<i64> Sockets::ioctl(File& f, u32 request, void* argument) {
    if (!argument) return Errno::Fault;
    if (request == FIONBIO) return f.nonblocking = *static_cast<const int*>(argument) != 0, 0;
    event_loop().run();
    *static_cast<u32*>(argument) = TRY(f.socket->ioctl(request));
    return 0;
}

Result<i64> Sockets::fcntl(File& f, int command, int argument) {
    switch (command) {
        case F_GETFL: return O_RDWR | (f.nonblocking ? O_NONBLOCK : 0);
        case F_SETFL: return f.nonblocking = argument & O_NONBLOCK, 0;
        default: return Errno::Inval;
    }
}

}  // namespace ustack
