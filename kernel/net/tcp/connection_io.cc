// The system calls of a program on a connection: waiting, sending, receiving.
#include "net/core/user_copy.h"
#include "net/proto/inet.h"
#include "net/tcp/engine.h"
#include "net/tcp/tcp.h"

namespace net {

// --- waiting

Result<> TcpConnection::take_turn_locked(Turn& turn, Call& call) {
    if (!call.has_turn) TRY(turn.take(lock_, closed_, call.policy, call.deadline));
    call.has_turn = true;
    return {};
}

Result<> TcpConnection::wait_connected(const WaitPolicy& policy) {
    Instant deadline = Instant::never();
    platform::Guard guard(lock_);
    while (tcb_.state == TcpState::SynSent || tcb_.state == TcpState::SynReceived) {
        if (closed_) return Errno::BadF;
        const Result<> waited = writing_.wait(lock_, policy, deadline);
        if (waited.error() == Errno::Again) return Errno::InProgress;
        TRY(waited);
    }
    return std::exchange(tcb_.error, Errno::None);
}

Result<> TcpConnection::wait_drained(const WaitPolicy& policy) {
    Instant deadline = Instant::never();
    platform::Guard guard(lock_);
    while (tcb_.flight() > 0 || tcb_.send.bytes() > 0) {
        TRY(writing_.wait(lock_, policy, deadline));
    }
    return {};
}

// --- sending

// Reserves mbufs for a write of `bytes`; reduces `bytes` if the connection's share is too small. None are
// needed if the bytes fit into the last mbuf. False: no mbuf is available.
bool TcpConnection::take_send_mbufs_locked(usize& bytes) {
    constexpr u32 kEach = kMbufRoom;
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
    if (room < wanted && !is_writable_locked()) return 0u;
    usize bytes = room < wanted ? room : wanted;
    starved = !take_send_mbufs_locked(bytes);
    return starved ? 0u : static_cast<u32>(bytes);
}

Result<u32> TcpConnection::wait_for_room(usize wanted, Call& call) {
    for (;;) {
        {
            platform::Guard guard(lock_);
            TRY(take_turn_locked(writing_, call));
            bool starved = false;
            const u32 room = TRY(room_locked(wanted, starved));
            if (room) return room;
            if (!starved) {
                TRY(writing_.wait(lock_, call.policy, call.deadline));
                continue;
            }
        }
        if (tcp_.pressure().relieve_senders(platform::now())) continue;
        platform::Guard guard(lock_);
        TRY(writing_.pause(lock_, call.policy, call.deadline));
    }
}

void TcpConnection::end_reservation() {
    platform::Guard guard(lock_);
    reserved_ = 0;
    count_send_mbufs_locked();
}

// Sends n bytes, for which wait_for_room() must have found room. last: of the call.
Result<> TcpConnection::send_some(UserAddr from, u32 n, bool last, Call& call) {
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
        if (last) writing_.give();
    });
    call.has_turn = !last;
    return open ? Errno::None : Errno::Pipe;
}

// Clears the pending error when it is returned to the program. (If some bytes were sent, send() returns their
// number, and the next call returns the error.)
void TcpConnection::clear_error(Errno error) {
    platform::Guard guard(lock_);
    if (tcb_.error == error) tcb_.error = Errno::None;
}

// Sends in pieces of the largest size of one device transmission, so each is sent while the next is copied.
Result<usize> TcpConnection::send_all(UserAddr from, usize n, Call& call) {
    constexpr u32 kPiece = 65536;
    usize done = 0;
    while (done < n) {
        const usize wanted = n - done < kPiece ? n - done : kPiece;
        const Result<u32> room = wait_for_room(wanted, call);
        const usize part = room.value();
        Result<> sent =
            room.ok() ? send_some(from + done, room.value(), done + part == n, call) : room.error();
        if (sent.error() == Errno::NoBufs) {  // the mbuf pool is empty: wait as for room
            platform::Guard guard(lock_);
            sent = writing_.pause(lock_, call.policy, call.deadline);
            if (sent.ok()) continue;
        }
        if (!sent.ok()) return done ? Result<usize>(done) : sent.error();
        done += part;
    }
    return done;
}

// A write that fits into one mbuf takes the lock once: the bytes are copied before it is known whether there
// is room. False: there is none, or it fails, or another thread has the turn.
bool TcpConnection::send_at_once(UserAddr from, u32 n) {
    MbufQueue bytes;
    if (!copy_in(bytes, from, n).ok()) return false;
    bool sent = false;
    work(platform::now(), [&](Tcb& t) REQUIRES(lock_) {
        if (writing_.is_taken()) return;
        bool starved;  // or full: the usual way finds out
        sent = room_locked(n, starved).value() == n;
        reserved_ = 0;
        if (sent) t.send.append(bytes);
    });
    return sent;
}

Result<usize> TcpConnection::send(UserAddr from, usize n, const WaitPolicy& policy) {
    if (n - 1 < kMbufRoom && send_at_once(from, static_cast<u32>(n))) return n;
    Call call{policy};
    const Result<usize> sent = send_all(from, n, call);
    if (!sent.ok()) clear_error(sent.error());
    if (call.has_turn) {
        platform::Guard guard(lock_);
        writing_.give();
    }
    return sent;
}

// --- receiving

// The number of bytes that can be read; 0: the end. Received data are returned before an error is reported.
Result<u32> TcpConnection::wait_for_data_locked(Call& call) {
    TRY(take_turn_locked(reading_, call));
    while (tcb_.receive.bytes() == 0) {
        if (closed_) return Errno::BadF;
        if (const Errno error = std::exchange(tcb_.error, Errno::None); error != Errno::None) return error;
        if (at_end_locked()) return 0u;
        tcb_.awaited = true;
        const Result<> waited = reading_.wait(lock_, call.policy, call.deadline);
        tcb_.awaited = reading_.is_awaited();
        TRY(waited);
    }
    return tcb_.receive.bytes();
}

// Takes at most n bytes; waits for the first. If there are none, or it fails, the call is over.
Result<u32> TcpConnection::take_data(MbufQueue& out, u32 n, Call& call) {
    platform::Guard guard(lock_);
    const Result<u32> all = wait_for_data_locked(call);
    if (all.value() == 0) {
        if (call.has_turn) reading_.give();
        return all;
    }
    const u32 part = n < all.value() ? n : all.value();
    tcb_.receive.take(out, part);
    return part;
}

// Ends a read of n bytes that freed `freed` mbufs; the mbufs in `rest` go back into the buffer. Only a window
// update is to be sent: everything else was sent when it became due. last: of the call.
void TcpConnection::finish_reading(MbufQueue& rest, u32 n, u32 freed, bool last) {
    Instant now;
    Aftermath after;
    {
        platform::Guard guard(lock_);
        tcb_.queued.give(freed);
        tcb_.receive.give_back(rest, n);
        if (last) reading_.give();
        if (!tcp_after_read(tcb_)) return;
        now = platform::now();
        after = settle_locked(now);
    }
    complete(after, now);
}

Result<usize> TcpConnection::receive_some(UserAddr to, u32 n, ReceiveMode mode, Call& call) {
    MbufQueue taken;
    const u32 part = TRY(take_data(taken, n, call));
    if (part == 0) return 0ul;
    u32 freed = 0;
    const Result<u32> copied = mode.peek ? peek_out(taken, 0, to, part) : copy_out(taken, to, part, freed);
    const bool last = !mode.all || mode.peek || part == n || !copied.ok();
    finish_reading(taken, mode.peek ? 0 : copied.value(), freed, last);
    call.has_turn = !last;
    if (!copied.ok()) return copied.error();
    return static_cast<usize>(copied.value());
}

Result<usize> TcpConnection::receive(UserAddr to, usize n, ReceiveMode mode, const WaitPolicy& policy) {
    constexpr usize kMost = 1u << 30;
    if (n > kMost) n = kMost;
    Call call{policy};
    usize done = 0;
    Result<usize> last = 0ul;
    while (done < n) {
        last = receive_some(to + done, static_cast<u32>(n - done), mode, call);
        done += last.value();
        if (last.value() == 0 || !call.has_turn) break;
    }
    return done ? Result<usize>(done) : last;
}

}  // namespace net
