// AF_UNIX sockets: names, state, and the end; local_connect.cc and local_io.cc have the rest of the calls.
#include "ipc/local_socket.h"

#include "abi/ioctl.h"
#include "abi/netlist.h"
#include "abi/tcp_info.h"
#include "ipc/local_family.h"
#include "lib/string.h"

namespace ipc {

using net::SocketAddr;
using net::WaitPolicy;
using BacklogNode = ListNode<LocalSocket, InBacklog>;

LocalSocket::LocalSocket(LocalFamily& family, int type, Ref<Inbox> inbox)
    : family_(family), type_(type), inbox_(std::move(inbox)) {
    inbox_->set_limit(kDefaultBuffer);
    net::platform::Guard guard(lock_);
    options_.send_buffer = options_.receive_buffer = kDefaultBuffer;
}

void LocalSocket::last_ref_gone() { family_.free(*this); }

Ref<Inbox> LocalSocket::peer() {
    net::platform::Guard guard(lock_);
    return peer_;
}

Ref<LocalName> LocalSocket::name() {
    net::platform::Guard guard(lock_);
    return name_;
}

WaitPolicy LocalSocket::wait_policy(bool wait, bool sending) {
    net::platform::Guard guard(lock_);
    return {wait, sending ? options_.send_timeout : options_.receive_timeout,
            sending ? Errno::Again : options_.timeout_error};
}

// --- names

// The file is created with no lock held, because that may wait for the disk.
Result<> LocalSocket::bind(const SocketAddr& local) {
    const net::LocalAddr* to = local.local();
    if (!to) return Errno::AfNoSupport;
    if (to->path().empty()) return Errno::Inval;
    {
        net::platform::Guard guard(lock_);
        if (state_ == State::Closed) return Errno::BadF;
        if (binding_ || name_) return Errno::Inval;
        binding_ = true;
    }
    const Ref<LocalName> name = LocalName::create(*to);
    const Result<NameKey> key = name ? create_name(to->path()) : Result<NameKey>(Errno::NoMem);
    {
        net::platform::Guard guard(lock_);
        binding_ = false;
        if (key.ok()) name_ = name;
    }
    if (!key.ok()) return key.error();
    inbox_->set_name(name);
    family_.name(*this, key.value());
    return {};
}

SocketAddr LocalSocket::local() { return address_of(name()); }

Result<SocketAddr> LocalSocket::remote() {
    const Ref<Inbox> to = peer();
    if (!to) return Errno::NotConn;
    return address_of(to->name());
}

// --- state

// As in Linux: a stream that was never connected is at its end, and can be written.
u32 LocalSocket::poll(PollEntry* watch) {
    u32 ready = inbox_->poll(watch);
    Ref<Inbox> to;
    {
        net::platform::Guard guard(lock_);
        to = peer_;
        if (state_ == State::Listening) return backlog_.empty() && !no_more_in_ ? 0 : POLLIN | POLLRDNORM;
        if (no_more_in_) ready |= POLLIN | POLLRDNORM | POLLRDHUP;
        if (no_more_in_ && no_more_out_) ready |= POLLHUP;
    }
    constexpr u32 kWritable = POLLOUT | POLLWRNORM | POLLWRBAND;
    if (!to) return ready | kWritable | (is_datagram() ? 0 : POLLHUP);
    if (is_datagram() || to->is_writable()) ready |= kWritable;
    if (ready & POLLRDHUP && !is_datagram() && to->is_shut_for_writing()) ready |= POLLHUP;
    return ready;
}

usize LocalSocket::queued() {
    {
        net::platform::Guard guard(lock_);
        if (state_ == State::Listening) return backlog_count_;
    }
    return inbox_->bytes();
}

Result<u32> LocalSocket::ioctl(u32 request) {
    if (request != FIONREAD) return Errno::NotTty;
    {
        net::platform::Guard guard(lock_);
        if (state_ == State::Listening) return Errno::Inval;
    }
    return static_cast<u32>(inbox_->bytes());
}

socket_entry LocalSocket::describe() {
    socket_entry e{};
    e.family = AF_UNIX;
    e.type = static_cast<u8>(type_);
    e.local = inbox_->number;
    e.receive_queue = static_cast<u32>(queued());
    const Ref<Inbox> to = peer();
    Ref<LocalName> shown = name();
    if (!shown && to) shown = to->name();
    if (to) e.remote = to->number;
    if (shown) memcpy(e.path, shown->address.text, shown->address.length);
    net::platform::Guard guard(lock_);
    if (state_ == State::Listening) e.send_queue = backlog_limit_;
    if (is_datagram()) return e;
    e.state = state_ == State::Listening                                       ? TCP_LISTEN
              : state_ == State::Connected && to && !to->is_shut_for_writing() ? TCP_ESTABLISHED
                                                                               : TCP_CLOSE;
    return e;
}

// --- the end

Result<> LocalSocket::shutdown(int how) {
    if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return Errno::Inval;
    const bool in = how != SHUT_WR, out = how != SHUT_RD;
    Ref<Inbox> to;
    {
        net::platform::Guard guard(lock_);
        if (state_ == State::Closed) return Errno::BadF;
        no_more_in_ |= in;
        no_more_out_ |= out;
        to = peer_;
        accepting_.wake();
        arriving_.wake();
    }
    if (in) inbox_->end_reading(false);
    if (!to || is_datagram()) return {};
    if (out) to->end_writing(Errno::None);
    to->wake_pollers();
    inbox_->wake_pollers();
    return {};
}

// by_listener: it was never accepted, so its peer learns that by an error, as if bytes had been lost.
void LocalSocket::end(bool by_listener) {
    Ref<Inbox> to;
    Ref<LocalName> name;
    List<LocalSocket, InBacklog> waiting;
    {
        net::platform::Guard guard(lock_);
        if (state_ == State::Closed) return;
        state_ = State::Closed;
        to = std::move(peer_);
        while (LocalSocket* s = backlog_.pop_front()) waiting.push_back(*s);
        backlog_count_ = 0;
        accepting_.wake();
        arriving_.wake();
    }
    family_.forget(*this);
    const bool lost = inbox_->end_reading(true);
    if (to && !is_datagram()) to->end_writing(lost || by_listener ? Errno::ConnReset : Errno::None);
    while (LocalSocket* s = waiting.pop_front()) {
        s->end(true);
        s->drop_ref();  // the backlog's
    }
}

}  // namespace ipc
