// The system calls of a program on a connection: waiting, sending, receiving.
#include "net/core/user_copy.h"
#include "net/proto/inet.h"
#include "net/tcp/engine.h"
#include "net/tcp/tcp.h"

namespace net {

// --- waiting

void TcpConnection::end_reading() {
    platform::Guard guard(lock_);
    reading_.give();
}

void TcpConnection::end_writing() {
    platform::Guard guard(lock_);
    writing_.give();
}

Result<> TcpConnection::wait_connected(const WaitPolicy& policy) {
    Instant deadline = Instant::never();
    platform::Guard guard(lock_);
    while (tcb_.state == TcpState::SynSent || tcb_.state == TcpState::SynReceived) {
        if (closed_) return Errno::BadF;
        const Result<> waited = writing_.wait(lock_, policy, deadline);
        if (waited.error() == Errno::Again && !policy.wait) return Errno::InProgress;
        TRY(waited);
    }
    return std::exchange(tcb_.error, Errno::None);
}

Result<> TcpConnection::wait_drained(const WaitPolicy& policy) {
    Instant deadline = Instant::never();
    platform::Guard guard(lock_);
    while (tcb_.state != TcpState::Closed && (tcb_.flight() > 0 || tcb_.send.bytes() > 0)) {
        TRY(writing_.wait(lock_, policy, deadline));
    }
    return {};
}

// --- sending

// Reserves mbufs for a write of `bytes`; reduces `bytes` if the connection's share is too small. None are
// needed if the bytes fit into the last mbuf. False: no mbuf is available.
bool TcpConnection::take_send_mbufs_locked(usize& bytes) {
    constexpr u32 kEach = kMbufSize - sizeof(Mbuf);
    if (tcb_.send.has_room_for(bytes)) return true;
    u32 n = sending_.take_up_to(static_cast<u32>((bytes + kEach - 1) / kEach), MbufAccount::Claim::Usual);
    if (n == 0 && tcb_.send.mbufs() == 0) n = sending_.take_up_to(1, MbufAccount::Claim::First);
    reserved_ = n;
    if (bytes > usize{n} * kEach) bytes = usize{n} * kEach;
    return n > 0;
}

// How many bytes may be added now; 0: none. starved: there is room in the buffer, but no mbuf for it.
Result<u32> TcpConnection::room_locked(usize wanted, bool& starved) {
    if (closed_) return Errno::BadF;
    if (tcb_.error != Errno::None) return tcb_.error;
    if (tcb_.state == TcpState::SynSent || tcb_.state == TcpState::SynReceived) return 0u;
    if (!may_send(tcb_.state)) return Errno::Pipe;
    const u32 limit = tcb_.config.send_limit, held = tcb_.send.bytes();
    const u32 room = limit > held ? limit - held : 0;
    // Wait until a quarter of the buffer is free, to avoid waking the writer for a few bytes each time.
    if (room == 0 || (room < wanted && !is_writable_locked())) return 0u;
    usize bytes = room < wanted ? room : wanted;
    starved = !take_send_mbufs_locked(bytes);
    return starved ? 0u : static_cast<u32>(bytes);
}

Result<u32> TcpConnection::wait_for_room(usize wanted, const WaitPolicy& policy, Instant& deadline) {
    for (;;) {
        {
            platform::Guard guard(lock_);
            bool starved = false;
            const u32 room = TRY(room_locked(wanted, starved));
            if (room) return room;
            if (!starved) {
                TRY(writing_.wait(lock_, policy, deadline));
                continue;
            }
        }
        if (tcp_.pressure().relieve_senders(platform::now())) continue;
        platform::Guard guard(lock_);
        TRY(writing_.pause(lock_, policy, deadline));
    }
}

void TcpConnection::end_reservation() {
    platform::Guard guard(lock_);
    reserved_ = 0;
    count_send_mbufs_locked();
}

// Sends n bytes, for which wait_for_room() must have found room.
Result<> TcpConnection::send_some(UserAddr from, u32 n) {
    MbufQueue bytes;
    if (const Result<> copied = copy_in(bytes, from, n); !copied.ok()) {
        end_reservation();
        return copied;
    }
    bool open = false;
    work(platform::now(), [&](Tcb& t) REQUIRES(lock_) {
        reserved_ = 0;
        open = may_send(t.state);
        if (open) t.send.append(bytes);
    });
    return open ? Errno::None : Errno::Pipe;
}

// Clears the pending error when it is returned to the program. (If some bytes were sent, send() returns their
// number, and the next call returns the error.)
void TcpConnection::clear_error(Errno error) {
    platform::Guard guard(lock_);
    if (tcb_.error == error) tcb_.error = Errno::None;
}

// Sends in pieces of the largest size of one device transmission, so each is sent while the next is copied.
Result<usize> TcpConnection::send_all(UserAddr from, usize n, const WaitPolicy& policy, Instant& deadline) {
    constexpr u32 kPiece = 65536;
    usize done = 0;
    while (done < n) {
        const usize wanted = n - done < kPiece ? n - done : kPiece;
        const Result<u32> room = wait_for_room(wanted, policy, deadline);
        const usize part = room.value();
        Result<> sent = room.ok() ? send_some(from + done, room.value()) : room.error();
        if (sent.error() == Errno::NoBufs) {  // the mbuf pool is empty: wait as for room
            platform::Guard guard(lock_);
            sent = writing_.pause(lock_, policy, deadline);
            if (sent.ok()) continue;
        }
        if (!sent.ok()) return done ? Result<usize>(done) : sent.error();
        done += part;
    }
    return done;
}

Result<usize> TcpConnection::send(UserAddr from, usize n, const WaitPolicy& policy) {
    Instant deadline = Instant::never();
    {
        platform::Guard guard(lock_);
        TRY(writing_.take(lock_, closed_, policy, deadline));
    }
    const Result<usize> sent = send_all(from, n, policy, deadline);
    if (!sent.ok()) clear_error(sent.error());
    end_writing();
    return sent;
}

// --- receiving

// Received data are returned before an error is reported.
Result<u32> TcpConnection::wait_for_data(MbufQueue& out, u32 n, const WaitPolicy& policy, Instant& deadline) {
    platform::Guard guard(lock_);
    while (tcb_.receive.bytes() == 0) {
        if (closed_) return Errno::BadF;
        if (const Errno error = std::exchange(tcb_.error, Errno::None); error != Errno::None) return error;
        if (at_end_locked()) return 0u;
        tcb_.awaited = true;
        const Result<> waited = reading_.wait(lock_, policy, deadline);
        tcb_.awaited = reading_.is_awaited();
        TRY(waited);
    }
    const u32 part = n < tcb_.receive.bytes() ? n : tcb_.receive.bytes();
    tcb_.receive.take(out, part);
    return part;
}

// Ends a read of n bytes that freed `freed` mbufs; the mbufs in `rest` go back into the buffer.
void TcpConnection::finish_reading(MbufQueue& rest, u32 n, u32 freed) {
    const Instant now = platform::now();
    work(now, [&](Tcb& t) {
        t.queued.give(freed);
        t.receive.give_back(rest, n);
        if (t.state == TcpState::Closed && t.orphan)  // the buffer was cleared meanwhile
            t.receive.clear(t.queued);
        else
            tcp_after_read(t, now);
    });
}

Result<usize> TcpConnection::receive_some(UserAddr to, u32 n, bool peek, const WaitPolicy& policy,
                                          Instant& deadline) {
    MbufQueue taken;
    const u32 part = TRY(wait_for_data(taken, n, policy, deadline));
    if (part == 0) return 0ul;
    u32 freed = 0;
    const Result<u32> copied = peek ? peek_out(taken, 0, to, part) : copy_out(taken, to, part, freed);
    finish_reading(taken, peek ? 0 : copied.value(), freed);
    if (!copied.ok()) return copied.error();
    return static_cast<usize>(copied.value());
}

Result<usize> TcpConnection::receive(UserAddr to, usize n, ReceiveMode mode, const WaitPolicy& policy) {
    if (n == 0) return 0ul;
    Instant deadline = Instant::never();
    {
        platform::Guard guard(lock_);
        TRY(reading_.take(lock_, closed_, policy, deadline));
    }
    usize done = 0;
    Result<usize> last = 0ul;
    do {
        const u32 wanted = n - done < (1u << 30) ? static_cast<u32>(n - done) : 1u << 30;
        last = receive_some(to + done, wanted, mode.peek, policy, deadline);
        done += last.value();
    } while (mode.all && !mode.peek && done < n && last.ok() && last.value() > 0);
    end_reading();
    return done ? Result<usize>(done) : last;
}

}  // namespace net
