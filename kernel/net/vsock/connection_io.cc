// The system calls of a program on a connection: sending and receiving.
#include "net/core/user_copy.h"
#include "net/vsock/connection.h"
#include "net/vsock/vsock.h"

namespace net {

// --- sending

// How many of `wanted` bytes may be sent now; 0: none. whole: all or none.
Result<u32> VsockConnection::sendable_locked(usize wanted, bool whole) {
    if (closed_) return Errno::BadF;
    if (const Errno error = take_error_locked(); error != Errno::None) return error;
    if (is_opening_locked()) return Errno::NotConn;
    if (!block_.may_send()) return Errno::Pipe;
    if (is_message() && wanted > block_.send.peer_buffer()) return Errno::MsgSize;
    const u32 credit = block_.send.available();
    if (full_ || credit == 0 || (whole && credit < wanted)) return 0u;
    const u32 most = credit < block_.config.max_payload ? credit : block_.config.max_payload;
    return wanted < most ? static_cast<u32>(wanted) : most;
}

// A program that may not wait sends a message as a whole, or not at all.
Result<u32> VsockConnection::wait_for_credit(usize wanted, const WaitPolicy& policy, Instant& deadline) {
    const bool whole = is_message() && !policy.wait;
    platform::Guard guard(lock_);
    for (;;) {
        const u32 n = TRY(sendable_locked(wanted, whole));
        if (n > 0 && link_.has_room(*this)) return n;
        full_ |= n > 0;
        poll_credit_ = whole ? static_cast<u32>(wanted) : 1;
        vsock_want_credit(block_, poll_credit_);
        settle_locked();
        TRY(writing_.wait(lock_, policy, deadline));
    }
}

// A packet with n bytes of the program, and room for the header.
static Result<MbufPtr> packet_with(UserAddr from, u32 n) {
    MbufPtr packet = Mbuf::alloc(sizeof(VsockHeader));
    if (!packet) return Errno::NoBufs;
    for (Mbuf* last = packet.get();; last = last->more()) {
        const u32 room = static_cast<u32>(last->tailroom()), part = n < room ? n : room;
        TRY(platform::copy_from_user(last->put(part), from, part));
        from = from + part, n -= part;
        if (n == 0) return packet;
        MbufPtr next = Mbuf::alloc(0);
        if (!next) return Errno::NoBufs;
        last->append(std::move(next));
    }
}

// Passes the packet to the device. Returns how many bytes were sent. Again: no room; the packet is unchanged.
Result<u32> VsockConnection::pass_locked(MbufPtr& packet, const VsockOffer& offer) {
    if (TRY(sendable_locked(1, false)) == 0 || !output_locked().ok()) return Errno::Again;
    const auto h = vsock_next(block_, offer);
    if (!h || h->length == 0) return 0u;
    packet->chain_trim_to(h->length);
    *packet->push_header<VsockHeader>() = *h;
    const Result<> sent = transmit_locked(packet, *h);
    settle_locked();
    if (sent.error() == Errno::Again) packet->pull(sizeof *h);
    return sent.ok() ? Result<u32>(h->length) : sent.error();
}

// Charges the packet of a sender that waits for room to its link, until the end of the scope.
class KeptPacket {
  public:
    explicit KeptPacket(VsockLink& link) { account_.open(link.kept(), 0); }
    ~KeptPacket() {
        if (account_.held() > 0) account_.give(account_.held());
    }
    KeptPacket(const KeptPacket&) = delete;
    // False: there are too many already.
    bool charge(const Mbuf& packet) {
        return account_.held() > 0 ||
               account_.take(static_cast<u32>(packet.chain_count()), MbufAccount::Claim::Awaited);
    }

  private:
    MbufAccount account_;
};

// Sends the packet when the device has room. Returns how many bytes were sent: fewer if the peer's buffer has
// become smaller; 0 also if this packet may not be kept until there is room.
Result<u32> VsockConnection::send_packet(MbufPtr packet, const VsockOffer& offer, const WaitPolicy& policy,
                                         Instant& deadline) {
    KeptPacket kept(link_);
    platform::Guard guard(lock_);
    for (;;) {
        const Result<u32> sent = pass_locked(packet, offer);
        if (sent.error() != Errno::Again) return sent;
        if (block_.send.available() == 0 || !kept.charge(*packet)) return 0u;
        TRY(writing_.wait(lock_, policy, deadline));
    }
}

// Sends the first of n bytes, as many as credit, device and mbufs allow; waits for these.
Result<u32> VsockConnection::send_some(UserAddr from, usize n, u32 flags, const WaitPolicy& policy,
                                       Instant& deadline) {
    for (;;) {
        const u32 part = TRY(wait_for_credit(n, policy, deadline));
        Result<MbufPtr> packet = packet_with(from, part);
        if (packet.error() == Errno::NoBufs) {
            platform::Guard guard(lock_);
            TRY(writing_.pause(lock_, policy, deadline));
            continue;
        }
        if (!packet.ok()) return packet.error();
        const VsockOffer offer{.bytes = part, .message_flags = part == n ? flags : 0};
        if (const u32 sent = TRY(send_packet(std::move(packet).value(), offer, policy, deadline)))
            return sent;
    }
}

Result<usize> VsockConnection::send_all(UserAddr from, usize n, u32 flags, WaitPolicy policy,
                                        Instant& deadline) {
    constexpr WaitPolicy kRestOfMessage{.timeout = seconds(2)};
    usize done = 0;
    while (done < n) {
        const Result<u32> sent = send_some(from + done, n - done, flags, policy, deadline);
        if (!sent.ok()) return done ? Result<usize>(done) : sent.error();
        done += sent.value();
        if (is_message() && !policy.wait) policy = kRestOfMessage;
    }
    return done;
}

Result<usize> VsockConnection::send(UserAddr from, usize n, bool end_of_record, const WaitPolicy& policy) {
    Instant deadline = Instant::never();
    {
        platform::Guard guard(lock_);
        TRY(writing_.take(lock_, closed_, policy, deadline));
    }
    const u32 flags = VsockHeader::kEndOfMessage | (end_of_record ? VsockHeader::kEndOfRecord : 0);
    const Result<usize> sent = send_all(from, n, is_message() ? flags : 0, policy, deadline);
    platform::Guard guard(lock_);
    writing_.give();
    if (!is_message() || !sent.ok() || sent.value() == n) return sent;
    vsock_abort(block_, Errno::None);
    settle_locked();
    return Errno::ConnReset;
}

// --- receiving

// Received data are returned before an error is reported.
Result<> VsockConnection::wait_for_piece(VsockReceiveQueue::Piece& piece, MbufQueue& out, u32 n,
                                         const WaitPolicy& policy, Instant& deadline) {
    platform::Guard guard(lock_);
    while (!queue_.has_piece()) {
        if (closed_) return Errno::BadF;
        if (const Errno error = take_error_locked(); error != Errno::None) return error;
        if (is_opening_locked()) return Errno::NotConn;
        if (at_end_locked()) return {};
        TRY(reading_.wait(lock_, policy, deadline));
    }
    piece = queue_.take(out, n);
    return {};
}

// The buffer grows to its limit while a program reads a whole buffer within 100 ms: so connections with
// little to do promise little memory.
void VsockConnection::grow_buffer_locked(u32 read) {
    constexpr Duration kQuick = milliseconds(100);
    read_since_ += read;
    if (promised_ >= buffer_limit_ || read_since_ < promised_ || block_.state != VsockState::Established)
        return;
    const Instant now = platform::now();
    if (now - grow_since_ < kQuick) {
        const u32 rest = buffer_limit_ - promised_;
        promised_ += vsock_.promise_more(rest < promised_ ? rest : promised_);
        vsock_set_buffer(block_, promised_);
    }
    grow_since_ = now;
    read_since_ = 0;
}

// Of what was taken, `used` bytes with the record and `freed` mbufs are gone; `payload` bytes of it were
// data.
void VsockConnection::finish_reading(MbufQueue& rest, u32 used, u32 payload, u32 freed) {
    work([&](VsockBlock& v) REQUIRES(lock_) {
        queued_.give(freed);
        if (closed_) {  // the queue was cleared meanwhile
            queued_.give(static_cast<u32>(rest.size()));
            return rest.clear();
        }
        queue_.give_back(rest, used);
        vsock_read(v, payload);
        grow_buffer_locked(payload);
    });
}

// Drops the first n bytes; returns how many mbufs were freed.
static u32 drop(MbufQueue& q, u32 n) {
    u32 freed = 0;
    while (n > 0) {
        MbufPtr m = q.pop_head();
        const u32 part = m->length() < n ? static_cast<u32>(m->length()) : n;
        n -= part;
        m->pull(part);
        if (m->length() > 0)
            q.push_head(std::move(m));
        else
            freed++;
    }
    return freed;
}

Result<VsockConnection::Received> VsockConnection::receive_piece(UserAddr to, u32 n, bool peek,
                                                                 const WaitPolicy& policy,
                                                                 Instant& deadline) {
    VsockReceiveQueue::Piece piece;
    MbufQueue taken;
    TRY(wait_for_piece(piece, taken, n, policy, deadline));
    if (piece.bytes == 0) return Received{};
    const u32 wanted = n < piece.bytes ? n : piece.bytes;
    Received all{.bytes = wanted,
                 .length = piece.bytes,
                 .end_of_record = (piece.flags & VsockHeader::kEndOfRecord) != 0};
    u32 freed = 0;
    if (peek) {
        const Result<u32> copied = peek_out(taken, piece.before, to, wanted);
        finish_reading(taken, 0, 0, 0);
        all.bytes = copied.value();
        return copied.ok() ? Result<Received>(all) : copied.error();
    }
    freed += drop(taken, piece.before);
    const Result<u32> copied = copy_out(taken, to, wanted, freed);
    // The rest of a message is dropped, also if it could not be copied.
    const u32 gone = is_message() ? piece.bytes : copied.value();
    freed += drop(taken, gone - copied.value());
    finish_reading(taken, gone > 0 ? piece.before + gone : 0, gone, freed);
    if (!copied.ok()) return copied.error();
    all.bytes = copied.value();
    return all;
}

Result<VsockConnection::Received> VsockConnection::receive(UserAddr to, usize n, ReceiveMode mode,
                                                           const WaitPolicy& policy) {
    if (n == 0 && !is_message()) return Received{};
    Instant deadline = Instant::never();
    {
        platform::Guard guard(lock_);
        TRY(reading_.take(lock_, closed_, policy, deadline));
    }
    Received sum;
    Result<Received> last = Received{};
    do {
        const usize rest = n - sum.bytes;
        const u32 wanted = rest < (1u << 30) ? static_cast<u32>(rest) : 1u << 30;
        last = receive_piece(to + sum.bytes, wanted, mode.peek, policy, deadline);
        sum.bytes += last.value().bytes;
        sum.length += last.value().length;
        sum.end_of_record = last.value().end_of_record;
    } while (mode.all && !mode.peek && !is_message() && sum.bytes < n && last.ok() && last.value().bytes > 0);
    platform::Guard guard(lock_);
    reading_.give();
    return sum.bytes || last.ok() ? Result<Received>(sum) : last;
}

void VsockConnection::set_buffer(u32 bytes) {
    work([&](VsockBlock& v) REQUIRES(lock_) {
        buffer_limit_ = bytes;
        if (v.state != VsockState::Established) return;
        if (bytes < promised_)
            vsock_.take_back_promise(promised_ - bytes), promised_ = bytes;
        else
            promised_ += vsock_.promise_more(bytes - promised_);
        vsock_set_buffer(v, promised_);
    });
}

}  // namespace net
