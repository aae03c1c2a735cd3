#include "tools/vsockd/connection.h"

#include <cerrno>

#include "tools/vsockd/pieces.h"
#include "tools/vsockd/report.h"

namespace vsockd {
namespace {

using net::VsockHeader;
using net::VsockOp;
using net::VsockVerdict;

bool is_data(const VsockHeader& h) { return h.op == static_cast<u16>(VsockOp::Data); }

void count(Counters& c, VsockVerdict verdict) {
    switch (verdict) {
        case VsockVerdict::Done:
        case VsockVerdict::Data:
        case VsockVerdict::Discarded: break;
        case VsockVerdict::Empty: c.dropped_empty++; break;
        case VsockVerdict::WrongOp: c.reset_op++; break;
        case VsockVerdict::WrongType: c.reset_type++; break;
        case VsockVerdict::Overrun: c.reset_overrun++; break;
        case VsockVerdict::FalseCredit: c.reset_credit++; break;
    }
}

}  // namespace

Connection::Connection(ConnectionOwner& owner, Loop& loop, Counters& counters, Fd client, bool by_guest)
    : owner_(owner), loop_(loop), counters_(counters), client_(std::move(client)), by_guest_(by_guest) {
    if (!loop_.add(client_.fd(), watched_, *this)) fail("epoll_ctl" + why(errno));
}

void Connection::ready(u32 events, Instant now) {
    client_.note(events);
    net::vsock_read(block_, static_cast<u32>(client_.flush()));
    carry(now);
    owner_.changed(*this, now);
}

void Connection::arrive(const net::VsockPacket& packet, std::span<const iovec> payload, Instant now) {
    const VsockVerdict verdict = net::vsock_arrive(block_, packet, now);
    count(counters_, verdict);
    if (verdict == VsockVerdict::Data) {
        const usize written = client_.write(payload);
        net::vsock_read(block_, static_cast<u32>(written));
        bytes_in += packet.header().length;
        counters_.bytes_in += packet.header().length;
        counters_.bytes_kept += packet.header().length - written;
    }
    carry(now);
    owner_.changed(*this, now);
}

// Tells each side what has happened to the other. Each step may be repeated without harm.
void Connection::carry(Instant now) {
    if (block_.events & net::kVsockConnected && !by_guest_) greet();
    block_.events = 0;
    if (client_.output_failed()) net::vsock_shutdown(block_, VsockHeader::kNoReceive);
    if (client_.input_ended()) net::vsock_shutdown(block_, VsockHeader::kNoSend);
    if (client_.gone() && client_.input_ended()) net::vsock_close(block_, now);
    if (block_.peer_shut & VsockHeader::kNoSend) client_.end_output();
    if (block_.peer_shut & VsockHeader::kNoReceive) client_.refuse_input();
    if (const u32 events = client_.wanted_events(); events != watched_)
        loop_.change(client_.fd(), watched_ = events);
}

// The first bytes in an empty socket: they fit, or the program has gone, which is noticed later.
void Connection::greet() {
    greeted_ = true;
    const std::string line = text("OK %u\n", block_.key.local_port);
    const iovec piece{const_cast<char*>(line.data()), line.size()};
    client_.write({&piece, 1});
}

u32 Connection::emit(Chain& buffer, Instant now) {
    const u32 room = static_cast<u32>(total(buffer.writable) - sizeof(VsockHeader));
    for (;;) {
        const bool input = client_.may_have_input();
        if (input) net::vsock_want_credit(block_, 1);
        std::optional<VsockHeader> h = net::vsock_next(block_, {.bytes = input ? room : 0});
        if (!h) return 0;
        if (is_data(*h) && !read_into(buffer, *h, now)) continue;
        copy_in(buffer.writable, {reinterpret_cast<const u8*>(&*h), sizeof *h});
        net::vsock_sent(block_, *h);
        return static_cast<u32>(sizeof *h + h->length);
    }
}

// Reads at most h.length bytes from the program into the buffer, and sets h.length to their number. False:
// there is nothing now, or never again.
bool Connection::read_into(Chain& buffer, VsockHeader& h, Instant now) {
    buffer.body = buffer.writable;
    drop_front(buffer.body, sizeof h);
    keep_front(buffer.body, h.length);
    const usize n = client_.read(buffer.body);
    h.length = static_cast<u32>(n);
    bytes_out += n;
    counters_.bytes_out += n;
    if (!n) carry(now);
    return n > 0;
}

const char* Connection::ending() const {
    switch (block_.error) {
        case Errno::None: return "closed";
        case Errno::ConnReset: return "reset by the guest";
        case Errno::TimedOut: return "not answered";
        default: return "reset: the guest broke the rules";
    }
}

void Connection::detach() {
    net::vsock_fail(block_, Errno::None);
    client_.end_output();
    client_.refuse_input();
}

}  // namespace vsockd
