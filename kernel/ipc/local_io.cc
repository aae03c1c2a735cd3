// AF_UNIX sockets: sending, receiving, options.
#include "ipc/local_family.h"
#include "ipc/local_socket.h"

namespace ipc {

using net::SocketAddr;

// Where a send goes.
Result<Ref<Inbox>> LocalSocket::destination(const SocketAddr* to) {
    Ref<Inbox> connected;
    {
        net::platform::Guard guard(lock_);
        if (state_ == State::Closed) return Errno::BadF;
        if (no_more_out_) return Errno::Pipe;
        connected = peer_;
    }
    if (to && !is_datagram()) return connected ? Errno::IsConn : Errno::OpNotSupp;
    if (to) return TRY(find_peer(*to))
    ->inbox_;
    return connected ? Result<Ref<Inbox>>(connected) : Errno::NotConn;
}

Result<usize> LocalSocket::send_with(UserAddr from, usize n, int flags, const SocketAddr* to, Rights rights) {
    if (flags & MSG_OOB) return Errno::OpNotSupp;
    const Ref<Inbox> inbox = TRY(destination(to));
    Inbox::Outgoing message{from, n, std::move(rights), is_datagram() ? name() : Ref<LocalName>()};
    const Result<usize> sent = inbox->put(message, wait_policy(!(flags & MSG_DONTWAIT), true));
    if (is_datagram() && sent.error() == Errno::Pipe) return Errno::ConnRefused;  // its receiver is closed
    return sent;
}

Result<usize> LocalSocket::send(UserAddr from, usize n, int flags, const SocketAddr* to) {
    return send_with(from, n, flags, to, {});
}

Result<LocalSocket::Received> LocalSocket::receive_with(UserAddr to, usize n, int flags, SocketAddr* from) {
    if (flags & MSG_OOB) return Errno::OpNotSupp;
    const Ref<Inbox> sender = peer();
    if (!sender && !is_datagram()) return type_ == SOCK_STREAM ? Errno::Inval : Errno::NotConn;
    const Inbox::Mode mode{(flags & MSG_PEEK) != 0, (flags & MSG_WAITALL) != 0};
    Inbox::Received got = TRY(inbox_->take(to, n, mode, wait_policy(!(flags & MSG_DONTWAIT), false)));
    if (got.made_room && sender) sender->wake_pollers();
    if (from) *from = address_of(is_datagram() ? got.sender : sender->name());
    Received all{got.bytes, got.length, {}};
    all.rights.take(got.rights);
    return all;
}

Result<usize> LocalSocket::receive(UserAddr to, usize n, int flags, SocketAddr* from) {
    const Received got = TRY(receive_with(to, n, flags, from));
    return flags & MSG_TRUNC && type_ != SOCK_STREAM ? got.length : got.bytes;
}

Result<> LocalSocket::set_option(int level, int name, Bytes value) {
    if (level != SOL_SOCKET) return Errno::NoProtoOpt;
    Ref<Inbox> to;
    u32 limit = 0;
    {
        net::platform::Guard guard(lock_);
        TRY(options_.set(name, value));
        limit = static_cast<u32>(is_datagram() ? options_.receive_buffer : options_.send_buffer);
        to = is_datagram() ? inbox_ : peer_;
    }
    if (to) to->set_limit(limit);
    return {};
}

Result<usize> LocalSocket::get_option(int level, int name, MutBytes room) {
    using net::give_option;
    if (level != SOL_SOCKET) return Errno::NoProtoOpt;
    if (name == SO_ERROR) return give_option<int>(static_cast<int>(inbox_->take_error()), room);
    net::platform::Guard guard(lock_);
    switch (name) {
        case SO_TYPE: return give_option<int>(type_, room);
        case SO_PROTOCOL: return give_option<int>(0, room);
        case SO_ACCEPTCONN: return give_option<int>(state_ == State::Listening, room);
        case SO_PEERCRED:
            return give_option(peer_pid_ ? ::ucred{peer_pid_, 0, 0} : ::ucred{0, ~0u, ~0u}, room);
        default: return options_.get(name, room);
    }
}

void LocalSocket::set_receive_timeout(Duration timeout) {
    net::platform::Guard guard(lock_);
    options_.receive_timeout = timeout;
    options_.timeout_error = Errno::TimedOut;
}

}  // namespace ipc
