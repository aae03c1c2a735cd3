#include "net/socket/vsock_socket.h"

#include "abi/poll.h"
#include "abi/socket.h"

namespace net {

VsockSocket::VsockSocket(SocketPool<VsockSocket>& home, Vsock& vsock, VsockType type)
    : home_(home), vsock_(vsock), type_(type) {
    config_.buffer = static_cast<u32>(buffer_max_);
}

VsockSocket::VsockSocket(SocketPool<VsockSocket>& home, Vsock& vsock, VsockType type,
                         const Ref<VsockConnection>& accepted, const SocketOptions& inherited,
                         const VsockConfig& config)
    : VsockSocket(home, vsock, type) {
    platform::Guard guard(lock_);
    connection_ = accepted;
    options_ = inherited;
    config_ = config;
}

Ref<VsockConnection> VsockSocket::connection() const {
    platform::Guard guard(lock_);
    return connection_;
}

Ref<VsockListener> VsockSocket::listener() const {
    platform::Guard guard(lock_);
    return listener_;
}

// --- addresses

Result<> VsockSocket::bind_locked(const VsockAddr& local) {
    if (closed_) return Errno::BadF;
    if (binding_.in_table || connection_) return Errno::Inval;
    if (local.cid != kVsockAnyCid && !vsock_.is_own(local.cid)) return Errno::AddrNotAvail;
    binding_.cid = local.cid, binding_.port = local.port;
    return vsock_.ports().claim(binding_);
}

Result<> VsockSocket::bind(const SocketAddr& local) {
    const VsockAddr* to = local.vsock();
    if (!to) return Errno::AfNoSupport;
    platform::Guard guard(lock_);
    return bind_locked(*to);
}

SocketAddr VsockSocket::local() {
    platform::Guard guard(lock_);
    if (connection_) return VsockAddr{connection_->key.local_cid, connection_->key.local_port};
    return binding_.in_table ? VsockAddr{binding_.cid, binding_.port} : VsockAddr{};
}

Result<SocketAddr> VsockSocket::remote() {
    const Ref<VsockConnection> c = connection();
    if (!c || c->state() != VsockState::Established) return Errno::NotConn;
    return SocketAddr(VsockAddr{c->key.remote_cid, c->key.remote_port});
}

// --- opening

// A connection that has failed is replaced. One that ended after it was established is not. As in Linux, a
// connect() that may wait goes on with a connection that is being opened: so it can be repeated after a
// signal.
Result<Ref<VsockConnection>> VsockSocket::begin_connect(const VsockAddr& to, bool wait) {
    u32 port = 0;
    VsockConfig config;
    {
        platform::Guard guard(lock_);
        if (closed_) return Errno::BadF;
        if (listener_) return Errno::Inval;
        if (connecting_) return Errno::Already;
        if (connection_ && !connection_->has_failed()) {
            const Errno state = connection_->connect_state();
            if (state == Errno::Already && wait) return connection_;
            return state;
        }
        if (!binding_.in_table) {
            connection_ = {};
            TRY(bind_locked({}));
        }
        connecting_ = true;
        port = binding_.port, config = config_;
    }
    auto opened = vsock_.connect(port, to.cid, to.port, type_, config);
    platform::Guard guard(lock_);
    connecting_ = false;
    if (opened.ok()) connection_ = opened.value();
    return opened;
}

Result<> VsockSocket::connect(const SocketAddr& remote, bool wait) {
    const VsockAddr* to = remote.vsock();
    if (!to) return Errno::AfNoSupport;
    if (to->cid == kVsockAnyCid || to->port == kVsockAnyPort) return Errno::NetUnreach;
    const Ref<VsockConnection> c = TRY(begin_connect(*to, wait));
    if (is_closed()) c->close(platform::now());  // meanwhile, and close() did not see the connection
    return c->wait_connected({.wait = wait});
}

Result<> VsockSocket::listen(int backlog) {
    platform::Guard guard(lock_);
    if (closed_) return Errno::BadF;
    if (listener_) return listener_->set_backlog(backlog), Result<>();
    if (!binding_.in_table || connection_ || connecting_) return Errno::Inval;
    listener_ = TRY(vsock_.listen(binding_, type_, config_, backlog));
    return {};
}

Result<Ref<Socket>> VsockSocket::accept(bool wait) {
    const Ref<VsockListener> l = listener();
    if (!l) return Errno::Inval;
    const Ref<VsockConnection> c = TRY(l->accept(wait_policy(wait, false)));
    SocketOptions options;
    {
        platform::Guard guard(lock_);
        options = options_;
    }
    const Result<Ref<VsockSocket>> s = home_.create(vsock_, type_, c, options, l->config());
    if (!s.ok() && !l->put_back(*c)) c->close(platform::now());
    if (!s.ok()) return s.error();
    return Ref<Socket>(s.value().get());
}

// --- data

WaitPolicy VsockSocket::wait_policy(bool wait, bool sending) {
    platform::Guard guard(lock_);
    return {wait, sending ? options_.send_timeout : options_.receive_timeout,
            sending ? Errno::Again : options_.timeout_error};
}

Result<usize> VsockSocket::send(UserAddr from, usize n, int flags, const SocketAddr* to) {
    const Ref<VsockConnection> c = connection();
    if (to) return c ? Errno::IsConn : Errno::OpNotSupp;
    if (!c) return Errno::NotConn;
    if (flags & MSG_OOB) return Errno::OpNotSupp;
    return c->send(from, n, flags & MSG_EOR, wait_policy(!(flags & MSG_DONTWAIT), true));
}

Result<usize> VsockSocket::receive(UserAddr to, usize n, int flags, SocketAddr* from) {
    const Ref<VsockConnection> c = connection();
    if (!c) return Errno::NotConn;
    if (flags & MSG_OOB) return Errno::OpNotSupp;
    if (from) *from = VsockAddr{c->key.remote_cid, c->key.remote_port};
    const VsockConnection::ReceiveMode mode{(flags & MSG_PEEK) != 0, (flags & MSG_WAITALL) != 0};
    const auto got = TRY(c->receive(to, n, mode, wait_policy(!(flags & MSG_DONTWAIT), false)));
    return flags & MSG_TRUNC && type_ == VsockType::SeqPacket ? got.length : got.bytes;
}

usize VsockSocket::queued() {
    if (const Ref<VsockListener> l = listener()) return l->waiting();
    const Ref<VsockConnection> c = connection();
    return c ? c->readable_bytes() : 0;
}

const void* VsockSocket::in_tables() const {
    platform::Guard guard(lock_);
    return listener_ ? static_cast<const void*>(listener_.get()) : connection_.get();
}

u32 VsockSocket::poll(PollEntry* watch) {
    if (const Ref<VsockConnection> c = connection()) return c->poll(watch);
    if (const Ref<VsockListener> l = listener()) return l->poll(watch);
    return POLLOUT | POLLHUP;
}

// `watch` may be on the list of the connection, of the listener, or on none (a new socket).
void VsockSocket::unwatch(PollEntry& watch) {
    if (const Ref<VsockConnection> c = connection()) c->unwatch(watch);
    if (const Ref<VsockListener> l = listener()) l->unwatch(watch);
}

bool VsockSocket::is_closed() const {
    platform::Guard guard(lock_);
    return closed_;
}

// --- closing

Result<> VsockSocket::shutdown(int how) {
    if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return Errno::Inval;
    const Ref<VsockConnection> c = connection();
    if (!c) return Errno::NotConn;
    const u32 halves =
        (how != SHUT_WR ? VsockHeader::kNoReceive : 0) | (how != SHUT_RD ? VsockHeader::kNoSend : 0);
    return c->shut(halves);
}

void VsockSocket::close() {
    Ref<VsockConnection> c;
    Ref<VsockListener> l;
    {
        platform::Guard guard(lock_);
        if (closed_) return;
        closed_ = true;
        c = connection_, l = listener_;
    }
    vsock_.ports().release(binding_);
    if (l) l->close();
    if (c) c->close(platform::now());
}

}  // namespace net
