// AF_UNIX sockets: connections.
#include "ipc/local_family.h"
#include "ipc/local_socket.h"

namespace ipc {

using net::SocketAddr;
using net::WaitPolicy;
using BacklogNode = ListNode<LocalSocket, InBacklog>;

void LocalSocket::join_locked(Ref<Inbox> peer, int peer_pid) {
    peer_ = std::move(peer);
    peer_pid_ = peer_pid;
    state_ = State::Connected;
    if (!is_datagram()) peer_->set_limit(static_cast<u32>(options_.send_buffer));
}

void LocalSocket::join(LocalSocket& a, LocalSocket& b, int pid) {
    for (auto [one, other] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
        net::platform::Guard guard(one->lock_);
        one->join_locked(other->inbox_, pid);
    }
}

Result<Ref<LocalSocket>> LocalSocket::find_peer(const SocketAddr& to) {
    const net::LocalAddr* address = to.local();
    if (!address) return Errno::AfNoSupport;
    if (address->path().empty()) return Errno::Inval;
    const Ref<LocalSocket> found = family_.find(TRY(find_name(address->path())));
    if (!found) return Errno::ConnRefused;
    if (found->type_ != type_) return Errno::ProtoType;
    return found;
}

Result<> LocalSocket::may_connect_locked() {
    switch (state_) {
        case State::New: return {};
        case State::Connecting: return Errno::Already;
        case State::Connected: return Errno::IsConn;
        case State::Listening: return Errno::Inval;
        default: return Errno::BadF;
    }
}

Result<> LocalSocket::connect(const SocketAddr& remote, bool wait) {
    if (is_datagram()) return connect_datagrams(remote);
    const Ref<LocalSocket> listener = TRY(find_peer(remote));
    {
        net::platform::Guard guard(lock_);
        TRY(may_connect_locked());
        state_ = State::Connecting;
    }
    const Result<> joined = join_through(*listener, wait_policy(wait, true));
    net::platform::Guard guard(lock_);
    if (state_ == State::Connecting) state_ = State::New;
    return joined;
}

// The accepted socket is created here, and waits in the listener's backlog.
Result<> LocalSocket::join_through(LocalSocket& listener, const WaitPolicy& policy) {
    const Ref<LocalSocket> accepted = TRY(family_.create(type_));
    const Result<int> pid = listener.enqueue(*accepted, inbox_, policy);
    if (!pid.ok()) return accepted->close(), pid.error();
    net::platform::Guard guard(lock_);
    if (state_ == State::Connecting) return join_locked(accepted->inbox_, pid.value()), Result<>();
    guard.release();  // closed meanwhile
    accepted->inbox_->end_writing(Errno::None);
    return Errno::BadF;
}

// Puts the socket of a new connection into the backlog; waits for room. Returns the listener's pid.
Result<int> LocalSocket::enqueue(LocalSocket& accepted, Ref<Inbox> client, const WaitPolicy& policy) {
    const int client_pid = caller_pid();
    Instant deadline = Instant::never();
    net::platform::Guard guard(lock_);
    for (;;) {
        if (state_ != State::Listening || no_more_in_) return Errno::ConnRefused;
        if (backlog_count_ <= backlog_limit_) break;
        TRY(arriving_.wait(lock_, policy, deadline));
    }
    accepted.begin(std::move(client), client_pid, name_, options_);
    accepted.add_ref();  // the backlog's
    backlog_.push_back(accepted);
    backlog_count_++;
    accepting_.wake();
    inbox_->wake_pollers();
    return listener_pid_;
}

// The accepted socket of a connection, which no other thread knows yet.
void LocalSocket::begin(Ref<Inbox> client, int client_pid, const Ref<LocalName>& name,
                        const net::SocketOptions& inherited) {
    options_ = inherited;
    name_ = name;
    inbox_->set_name(name);
    join_locked(std::move(client), client_pid);
}

Result<> LocalSocket::listen(int backlog) {
    if (is_datagram()) return Errno::OpNotSupp;
    net::platform::Guard guard(lock_);
    if (state_ == State::Closed) return Errno::BadF;
    if ((state_ != State::New && state_ != State::Listening) || !name_) return Errno::Inval;
    state_ = State::Listening;
    backlog_limit_ = backlog < 0 || backlog > SOMAXCONN ? SOMAXCONN : static_cast<u32>(backlog);
    listener_pid_ = caller_pid();
    arriving_.wake();
    return {};
}

Result<Ref<net::Socket>> LocalSocket::accept(bool wait) {
    if (is_datagram()) return Errno::OpNotSupp;
    const WaitPolicy policy = wait_policy(wait, false);
    Instant deadline = Instant::never();
    net::platform::Guard guard(lock_);
    for (;;) {
        if (state_ == State::Closed) return Errno::BadF;
        if (state_ != State::Listening || no_more_in_) return Errno::Inval;
        if (LocalSocket* s = backlog_.pop_front()) {
            backlog_count_--;
            arriving_.wake();
            Ref<net::Socket> accepted(s);
            s->drop_ref();  // the backlog's
            return accepted;
        }
        TRY(accepting_.wait(lock_, policy, deadline));
    }
}

// --- datagrams

Result<> LocalSocket::connect_datagrams(const SocketAddr& to) {
    Ref<LocalSocket> found;
    if (!to.is_none()) found = TRY(find_peer(to));
    Ref<Inbox> old;
    net::platform::Guard guard(lock_);
    if (state_ == State::Closed) return Errno::BadF;
    old = std::move(peer_);
    state_ = State::New;
    if (found) join_locked(found->inbox_, 0);
    guard.release();
    return {};
}

}  // namespace ipc
