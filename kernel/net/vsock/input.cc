// A packet arrives.
#include "net/vsock/engine.h"

namespace net {
namespace {

constexpr u32 kBoth = VsockHeader::kNoReceive | VsockHeader::kNoSend;

VsockVerdict refuse(VsockBlock& v, VsockVerdict why) {
    vsock_abort(v, Errno::Proto);
    return why;
}

// A RST is a refusal in Connecting, the confirmation of our shutdown, or an error: data may be missing.
void take_reset(VsockBlock& v) {
    const bool is_clean = v.told_shut == kBoth || v.peer_shut & VsockHeader::kNoSend;
    vsock_fail(v, is_clean ? Errno::None : Errno::ConnReset);
}

void take_shutdown(VsockBlock& v, u32 flags) {
    v.peer_shut |= flags & kBoth;
    v.events |= kVsockReadable | kVsockWritable;
    // The peer waits for a RST before it uses the ports again. Unread data do not delay it: they have been
    // received, and can be read when the connection is closed.
    if (v.peer_shut == kBoth) vsock_abort(v, Errno::None);
}

VsockVerdict take_data(VsockBlock& v, const VsockHeader& h) {
    const bool messages = v.type == VsockType::SeqPacket;
    const bool ends_message = messages && h.flags & VsockHeader::kEndOfMessage;
    // Empty data need no credit. They may only end a message, so that a flood of them fills no queue.
    if (h.length == 0 && !(ends_message && v.in_message)) return VsockVerdict::Empty;
    if (v.peer_shut & VsockHeader::kNoSend) return refuse(v, VsockVerdict::WrongOp);
    if (!v.receive.receive(h.length)) return refuse(v, VsockVerdict::Overrun);
    v.in_message = messages && !ends_message;
    if (!v.may_receive()) {
        v.receive.read(h.length);
        return VsockVerdict::Discarded;
    }
    v.events |= kVsockReadable;
    return VsockVerdict::Data;
}

// The steps after RST, type and credit.
VsockVerdict take_op(VsockBlock& v, const VsockPacket& p, Instant now) {
    const bool is_open = v.state == VsockState::Established || v.state == VsockState::Closing;
    switch (p.op()) {
        case VsockOp::Response:
            if (v.state != VsockState::Connecting || v.due_request) break;
            v.state = VsockState::Established;
            v.deadline = Instant::never();
            v.heard_at = now;
            v.events |= kVsockConnected | kVsockWritable;
            return VsockVerdict::Done;
        case VsockOp::Data:
            if (!is_open) break;
            return take_data(v, p.header());
        case VsockOp::Shutdown:
            if (v.state == VsockState::Connecting) break;
            take_shutdown(v, p.header().flags);
            return VsockVerdict::Done;
        case VsockOp::CreditUpdate:
            if (v.state == VsockState::Connecting) break;
            return VsockVerdict::Done;
        case VsockOp::CreditRequest:
            if (v.state == VsockState::Connecting) break;
            v.due_update = v.peer_asked = is_open;
            return VsockVerdict::Done;
        default: break;
    }
    return refuse(v, VsockVerdict::WrongOp);
}

}  // namespace

VsockVerdict vsock_arrive(VsockBlock& v, const VsockPacket& p, Instant now) {
    if (p.op() == VsockOp::Reset) {
        take_reset(v);
        return VsockVerdict::Done;
    }
    if (p.type() != v.type) return refuse(v, VsockVerdict::WrongType);
    const u32 before = v.send.available();
    const auto heard = v.send.hear(p.header().fwd_cnt, p.header().buf_alloc);
    if (heard == VsockSendCredit::Heard::False) return refuse(v, VsockVerdict::FalseCredit);
    v.heard_at = now;
    v.probes = 0;
    v.due_credit_request &= v.asked;  // a probe is answered
    if (v.send.available() > before) {
        v.events |= kVsockWritable;
        v.asked = v.due_credit_request = false;
    }
    return take_op(v, p, now);
}

VsockKey vsock_key_of(const VsockHeader& h) {
    return {static_cast<u32>(h.dst_cid), static_cast<u32>(h.src_cid), h.dst_port, h.src_port};
}

}  // namespace net
