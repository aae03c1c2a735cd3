#include "net/socket/tcp_socket.h"

#include "abi/ioctl.h"
#include "abi/poll.h"
#include "abi/socket.h"
#include "net/proto/inet.h"

namespace net {

TcpSocket::TcpSocket(SocketPool<TcpSocket>& home, Tcp& tcp) : home_(home), tcp_(tcp) {
    options_.send_buffer = static_cast<int>(config_.send_limit);
    options_.receive_buffer = static_cast<int>(config_.receive_limit);
}

TcpSocket::TcpSocket(SocketPool<TcpSocket>& home, Tcp& tcp, TcpConnection& accepted,
                     const SocketOptions& inherited)
    : TcpSocket(home, tcp) {
    accepted.add_ref();
    connection_ = &accepted;
    platform::Guard guard(lock_);
    config_ = accepted.config();
    options_ = inherited;
    options_.keepalive = config_.keepalive;
    options_.send_buffer = static_cast<int>(config_.send_limit);
    options_.receive_buffer = static_cast<int>(config_.receive_limit);
}

// Also called for a socket that was never closed, because its creation failed.
void TcpSocket::last_ref_gone() {
    if (TcpConnection* c = connection()) c->drop_ref();
    if (TcpListener* l = listener()) l->drop_ref();
    home_.free(*this);
}

// --- addresses

Result<> TcpSocket::bind(const SocketAddr& local) {
    const InetAddr* to = local.inet();
    if (!to) return Errno::AfNoSupport;
    if (!to->addr.is_any() && !tcp_.inet().is_own(to->addr)) return Errno::AddrNotAvail;
    platform::Guard guard(lock_);
    if (closed_) return Errno::BadF;
    if (bound_ || in_use_locked()) return Errno::Inval;
    binding_.addr = to->addr;
    binding_.port = to->port;
    binding_.reuse = options_.reuse_address;
    if (to->port == 0) {
        TRY(tcp_.ports().claim_free_port(binding_));
    } else {
        // A port with connections, including TIME-WAIT, may be bound only with SO_REUSEADDR.
        TRY(binding_.reuse ? tcp_.ports().claim(binding_) : tcp_.claim_unused_port(binding_));
    }
    bound_ = true;
    return {};
}

SocketAddr TcpSocket::local() {
    if (TcpConnection* c = connection()) {
        const TcpKey ends = c->ends();
        return InetAddr{ends.local, ends.local_port};
    }
    platform::Guard guard(lock_);
    return bound_ ? InetAddr{binding_.addr, binding_.port} : InetAddr{};
}

Result<SocketAddr> TcpSocket::remote() {
    TcpConnection* c = connection();
    if (!c || c->state() == TcpState::SynSent || c->state() == TcpState::Closed) return Errno::NotConn;
    const TcpKey ends = c->ends();
    return SocketAddr(InetAddr{ends.remote, ends.remote_port});
}

// --- opening

// Only one connect or listen at a time may be in progress.
Result<> TcpSocket::begin_connect() {
    platform::Guard guard(lock_);
    if (closed_) return Errno::BadF;
    if (opening_) return Errno::Already;
    opening_ = true;
    return {};
}

Result<> TcpSocket::begin_listen() {
    platform::Guard guard(lock_);
    if (closed_) return Errno::BadF;
    if (in_use_locked()) return Errno::Inval;
    if (!bound_) TRY(tcp_.ports().claim_free_port(binding_));
    opening_ = bound_ = true;
    return {};
}

// False: the socket was closed meanwhile, so the caller must close what it has opened.
bool TcpSocket::end_opening() {
    platform::Guard guard(lock_);
    opening_ = false;
    return !closed_;
}

// connect() on a socket with a connection returns the state of that connection. As in Linux, one that may
// wait does so until it is established: so connect() can be repeated after a signal.
Result<> TcpSocket::already(TcpConnection& c, bool wait) {
    switch (c.state()) {
        case TcpState::SynSent:
        case TcpState::SynReceived: return wait ? wait_established(c, wait) : Errno::Already;
        case TcpState::Closed: {
            const Errno error = c.take_error();
            return error != Errno::None ? error : Errno::Inval;
        }
        default: return Errno::IsConn;
    }
}

Result<TcpConnection*> TcpSocket::open(const InetAddr& remote) {
    TcpKey k{{}, remote.addr, 0, remote.port};
    {
        platform::Guard guard(lock_);
        if (bound_) k.local = binding_.addr, k.local_port = binding_.port;
    }
    if (k.local.is_any()) k.local = TRY(tcp_.inet().source_for(remote.addr));
    if (TcpConnection* c = connection()) {
        if (!c->has_failed()) return Errno::Already;
        TRY(tcp_.connect_again(*c, k, config()));
        return c;
    }
    Ref<TcpConnection> c = TRY(tcp_.connect(k, config()));
    c->add_ref();  // the socket's
    connection_.store(c.get(), std::memory_order_release);
    return c.get();
}

Result<> TcpSocket::connect(const SocketAddr& remote, bool wait) {
    if (TcpConnection* c = connection(); c && !c->has_failed()) return already(*c, wait);
    if (listener()) return Errno::OpNotSupp;
    const InetAddr* wanted = remote.inet();
    if (!wanted) return Errno::AfNoSupport;
    const InetAddr to{wanted->addr.is_any() ? Ipv4Addr(127, 0, 0, 1) : wanted->addr, wanted->port};
    if (to.port == 0 || tcp_.inet().is_broadcast(to.addr) || to.addr.is_multicast())
        return Errno::AddrNotAvail;
    TRY(begin_connect());
    const Result<TcpConnection*> opened = open(to);
    const bool still_wanted = end_opening();
    TcpConnection* c = TRY(opened);
    if (!still_wanted) c->close(platform::now());
    return wait_established(*c, wait);
}

Result<> TcpSocket::wait_established(TcpConnection& c, bool wait) {
    WaitPolicy p = wait_policy(wait, true);
    p.when_over = Errno::InProgress;
    return c.wait_connected(p);
}

Result<> TcpSocket::listen(int backlog) {
    if (TcpListener* l = listener()) {
        l->set_backlog(backlog);
        return {};
    }
    TRY(begin_listen());
    const Result<Ref<TcpListener>> opened = tcp_.listen(binding_, config(), backlog);
    if (opened.ok()) {
        opened.value()->add_ref();  // the socket's
        listener_.store(opened.value().get(), std::memory_order_release);
    }
    if (!end_opening() && opened.ok()) opened.value()->close();
    return opened.error();
}

Result<Ref<Socket>> TcpSocket::accept(bool wait) {
    TcpListener* l = listener();
    if (!l) return Errno::Inval;
    const Ref<TcpConnection> c = TRY(l->accept(wait_policy(wait, false)));
    SocketOptions inherited;
    {
        platform::Guard guard(lock_);
        inherited = options_;
    }
    const Result<Ref<TcpSocket>> s = home_.create(tcp_, *c, inherited);
    if (!s.ok() && !l->put_back(*c)) c->abort(Errno::None, platform::now());
    if (!s.ok()) return s.error();
    return Ref<Socket>(s.value().get());
}

// --- data

WaitPolicy TcpSocket::wait_policy(bool wait, bool sending) {
    platform::Guard guard(lock_);
    return {wait, sending ? options_.send_timeout : options_.receive_timeout,
            sending ? Errno::Again : options_.timeout_error};
}

Result<usize> TcpSocket::send(UserAddr from, usize n, int flags, const SocketAddr*) {
    TcpConnection* c = connection();
    if (!c) return Errno::NotConn;
    if (flags & MSG_OOB) return Errno::OpNotSupp;
    return c->send(from, n, wait_policy(!(flags & MSG_DONTWAIT), true));
}

Result<usize> TcpSocket::receive(UserAddr to, usize n, int flags, SocketAddr* from) {
    TcpConnection* c = connection();
    if (!c) return Errno::NotConn;
    if (flags & MSG_OOB) return Errno::Inval;  // urgent data are inline
    if (from) *from = InetAddr{c->ends().remote, c->ends().remote_port};
    const TcpConnection::ReceiveMode mode{(flags & MSG_PEEK) != 0, (flags & MSG_WAITALL) != 0};
    return c->receive(to, n, mode, wait_policy(!(flags & MSG_DONTWAIT), false));
}

usize TcpSocket::queued() {
    if (TcpListener* l = listener()) return l->waiting();
    TcpConnection* c = connection();
    return c ? c->readable_bytes() : 0;
}

Result<u32> TcpSocket::ioctl(u32 request) {
    if (request != FIONREAD) return Errno::NotTty;
    if (listener()) return Errno::Inval;
    return static_cast<u32>(queued());
}

const void* TcpSocket::in_tables() const {
    if (const TcpListener* l = listener()) return l;
    return connection();
}

u32 TcpSocket::poll(PollEntry* watch) {
    if (TcpConnection* c = connection()) return c->poll(watch);
    if (TcpListener* l = listener()) return l->poll(watch);
    return POLLOUT | POLLHUP;
}

// `watch` may be on the list of the connection, of the listener, or on none (a new socket).
void TcpSocket::unwatch(PollEntry& watch) {
    if (TcpConnection* c = connection()) c->unwatch(watch);
    if (TcpListener* l = listener()) l->unwatch(watch);
}

// --- closing

Result<> TcpSocket::shutdown(int how) {
    if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return Errno::Inval;
    TcpConnection* c = connection();
    if (!c || !is_synchronized(c->state())) return Errno::NotConn;
    const Instant now = platform::now();
    if (how != SHUT_WR) c->shut_receiving(now);
    if (how != SHUT_RD) c->shut_sending(now);
    return {};
}

void TcpSocket::close() {
    SocketOptions o;
    {
        platform::Guard guard(lock_);
        if (closed_) return;
        closed_ = true;
        o = options_;
    }
    tcp_.ports().release(binding_);
    if (TcpListener* l = listener()) l->close();
    TcpConnection* c = connection();
    if (!c) return;
    if (o.linger && o.linger_seconds == 0) c->abort(Errno::ConnReset, platform::now());
    c->close(platform::now());
    if (o.linger && o.linger_seconds > 0) (void)c->wait_drained({true, seconds(o.linger_seconds)});
}

}  // namespace net
