// Datagram sockets: sending, the receive queue, and receiving.
#include "net/socket/datagram_socket.h"

#include <utility>

#include "abi/ioctl.h"
#include "abi/poll.h"
#include "abi/socket.h"
#include "net/proto/inet.h"

namespace net {

DatagramSocket::DatagramSocket(Inet& inet, IpProtocol protocol, EndpointTable::PortRange ports)
    : Endpoint(*this, {protocol, 0, 0, {}, {}}), inet_(inet), ports_(ports), name_(key()) {
    account_.open(inet.queue_budget(), 0);
    options_.receive_buffer = kQueueLimit * kMbufSize;
    options_.send_buffer = 1 << 16;  // one datagram; send() passes it down directly
}

Errno DatagramSocket::take_error_locked() {
    const Errno error = error_;
    if (error != Errno::None) set_error_locked(Errno::None);
    return error;
}

// --- sending ---

Errno DatagramSocket::refuse_send_locked() {
    if (closed_) return Errno::BadF;
    return no_more_out_ ? Errno::Pipe : take_error_locked();
}

[[gnu::noinline]] Result<> DatagramSocket::start_send_to(const SocketAddr* to, Sending& s) {
    if (!to) return Errno::DestAddrReq;
    const InetAddr* remote = to->inet();
    if (!remote) return Errno::AfNoSupport;
    if (has_ports() && remote->port == 0) return Errno::Inval;
    if (s.key.local_port == 0) {
        TRY(bind(InetAddr{}));
        platform::Guard guard(lock_);
        s.key = name_;
    }
    s.key.local = TRY(source_for(s.key.local, remote->addr));
    s.key.remote = remote->addr;
    s.key.remote_port = remote->port;
    return {};
}

// The source address: `local`, or one chosen by the route if `local` is unset or a broadcast address.
Result<Ipv4Addr> DatagramSocket::source_for(Ipv4Addr local, Ipv4Addr remote) {
    const bool broadcast = inet_.is_broadcast(remote);
    if (broadcast) {
        platform::Guard guard(lock_);
        if (!options_.broadcast) return Errno::Access;
    }
    const Ipv4Addr best = TRY(broadcast ? inet_.source_for_broadcast(remote) : inet_.source_for(remote));
    if (local.is_any() || inet_.is_broadcast(local)) return best;
    // RFC 1122 section 3.2.1.3 (g): such a source must not appear outside of a host.
    if (local.is_loopback() && !best.is_loopback() && !inet_.is_own(remote)) return Errno::AddrNotAvail;
    return local;
}

Errno DatagramSocket::no_mbuf() {
    inet_.bump(Stat::no_mbuf);
    return Errno::NoBufs;
}

// Splits the data at the future fragment boundaries, so fragmentation needs no copy.
[[gnu::noinline]] Result<> DatagramSocket::copy_in_pieces(MbufPtr& head, UserAddr from, usize n) {
    for (usize done = 0, room = kMaxFragment - 8; done < n; room = kMaxFragment) {
        const usize length = n - done < room ? n - done : room;
        MbufPtr m = Mbuf::alloc();
        if (!m) return no_mbuf();
        TRY(platform::copy_from_user(m->put(length), from + done, length));
        done += length;
        if (head)
            head->append(std::move(m));
        else
            head = std::move(m);
    }
    return {};
}

static_assert(MSG_DONTWAIT == 0x40);

void DatagramSocket::note_first_sent() {
    has_sent_.store(1, std::memory_order_relaxed);
    platform::flow_started();
}

// --- the receive queue ---

// A datagram that a reader waits for, or the first in the queue, gets room even if other sockets hold many.
inline bool DatagramSocket::take_room_locked(u32 n) {
    using Claim = MbufAccount::Claim;
    return account_.take(n, blocked_ > 0 ? Claim::Awaited : queue_.empty() ? Claim::First : Claim::Usual);
}

bool DatagramSocket::enqueue(MbufPtr m) {
    const u32 n = m->more() ? static_cast<u32>(m->chain_count()) : 1;
    bool wake = false;
    {
        platform::Guard guard(lock_);
        if (closed_ || no_more_in_ || account_.held() + n > limit_ || !take_room_locked(n)) return false;
        queue_.push_tail(std::move(m));
        wake = blocked_ > 0;
        pollers_.wake_all();
    }
    if (wake) readers_.wake_one();
    return true;
}

// The deadline is computed at the first wait and kept after spurious wakeups.
inline Result<> DatagramSocket::wait_locked(Instant& deadline) {
    const Duration timeout = options_.receive_timeout;
    if (deadline == Instant::never() && timeout.ns > 0) deadline = platform::now() + timeout;
    blocked_++;
    const Result<> waited = readers_.wait_until(lock_, deadline);
    blocked_--;
    return waited;
}

// Takes the oldest datagram. Queued datagrams come before a pending error. Null: shut down and empty.
[[gnu::always_inline]] inline Result<MbufPtr> DatagramSocket::dequeue(int flags) {
    Instant deadline = Instant::never();
    platform::Guard guard(lock_);
    for (;;) {
        if (closed_) return Errno::BadF;
        if (MbufPtr m = queue_.pop_head()) {
            account_.give(m->more() ? static_cast<u32>(m->chain_count()) : 1);
            return m;
        }
        if (const Errno error = take_error_locked(); error != Errno::None) return error;
        if (no_more_in_) return MbufPtr();
        if (flags & MSG_DONTWAIT) return Errno::Again;
        const Result<> waited = wait_locked(deadline);
        if (waited.error() == Errno::Intr) {
            if (blocked_ > 0) readers_.wake_one();  // pass on a wakeup that this thread may have consumed
            return Errno::Intr;
        }
        const bool nothing = queue_.empty() && error_ == Errno::None && !closed_ && !no_more_in_;
        if (!waited.ok() && nothing) return options_.timeout_error;
    }
}

// Puts the datagram back at the head, after MSG_PEEK or a failed copy. The queue may then exceed its limit by
// this datagram, which is acceptable.
void DatagramSocket::put_back(MbufPtr m) {
    const auto n = static_cast<u32>(m->chain_count());
    {
        platform::Guard guard(lock_);
        if (closed_) return;
        account_.take_anyway(n);
        queue_.push_head(std::move(m));
        pollers_.wake_all();
    }
    readers_.wake_one();  // another reader may have found the queue empty
}

static Result<> copy_out(UserAddr to, const Mbuf& m, usize n) {
    for (const Mbuf* piece = &m; piece && n > 0; piece = piece->more()) {
        const usize length = n < piece->length() ? n : piece->length();
        TRY(platform::copy_to_user(to, piece->data(), length));
        to = to + length;
        n -= length;
    }
    return {};
}

Result<usize> DatagramSocket::receive(UserAddr to, usize n, int flags, SocketAddr* from) {
    MbufPtr m = TRY(dequeue(flags));
    if (!m || m->more() || flags & ~MSG_DONTWAIT || from) [[unlikely]]
        return hand_over(std::move(m), to, n, flags, from);
    const usize length = n < m->length() ? n : m->length();
    const Result<> copied = platform::copy_to_user(to, m->data(), length);
    if (!copied.ok()) [[unlikely]]
        return put_back(std::move(m)), copied.error();
    return length;
}

// The slow path of receive(): chains, flags, the sender's address.
[[gnu::noinline]] Result<usize> DatagramSocket::hand_over(MbufPtr m, UserAddr to, usize n, int flags,
                                                          SocketAddr* from) {
    if (!m) return usize{0};
    if (from) {
        const auto& origin = *reinterpret_cast<const Origin*>(m->data() - sizeof(Origin));
        *from = InetAddr{origin.addr, origin.port};
    }
    const usize whole = m->chain_length();
    const usize length = n < whole ? n : whole;
    const Result<> copied = flags & MSG_OOB ? Errno::OpNotSupp : copy_out(to, *m, length);
    if (!copied.ok() || flags & MSG_PEEK) put_back(std::move(m));
    if (!copied.ok()) return copied.error();
    return flags & MSG_TRUNC ? whole : length;
}

usize DatagramSocket::queued() {
    platform::Guard guard(lock_);
    return queue_.size();
}

Result<u32> DatagramSocket::ioctl(u32 request) {
    if (request != FIONREAD) return Errno::NotTty;
    platform::Guard guard(lock_);
    return queue_.empty() ? 0 : static_cast<u32>(queue_.front()->chain_length());
}

// --- errors, polling, closing ---

// A socket without DF ignores MsgSize: routers fragment its packets.
void DatagramSocket::report(Errno error) {
    {
        platform::Guard guard(lock_);
        if (closed_ || (error == Errno::MsgSize && !controls_.flags)) return;
        set_error_locked(error);
        pollers_.wake_all();
    }
    readers_.wake_one();
}

u32 DatagramSocket::poll(PollEntry* watch) {
    platform::Guard guard(lock_);
    pollers_.add(watch);
    u32 ready = 0;
    if (!queue_.empty() || no_more_in_) ready |= POLLIN | POLLRDNORM;
    if (!no_more_out_) ready |= POLLOUT | POLLWRNORM;
    if (no_more_in_ && no_more_out_) ready |= POLLHUP;
    if (error_ != Errno::None) ready |= POLLERR;
    return ready;
}

void DatagramSocket::unwatch(PollEntry& watch) {
    platform::Guard guard(lock_);
    PollList::remove(watch);
}

Result<> DatagramSocket::shutdown(int how) {
    if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return Errno::Inval;
    {
        platform::Guard guard(lock_);
        if (closed_) return Errno::BadF;
        if (name_.remote.is_any()) return Errno::NotConn;
        if (how != SHUT_WR) no_more_in_ = true;
        if (how != SHUT_RD) no_more_out_ = true;
        set_error_locked(error_);
        pollers_.wake_all();
    }
    readers_.wake_all();
    return {};
}

void DatagramSocket::close() {
    MbufQueue dropped;
    {
        platform::Guard guard(lock_);
        closed_ = true;
        set_error_locked(error_);
        dropped.take(queue_);
        account_.give(account_.held());
        pollers_.wake_all();
    }
    readers_.wake_all();
    inet_.endpoints().remove(*this);
}

}  // namespace net
