// Which packet is due, and what changes when it has been sent.
#include "net/vsock/engine.h"

namespace net {
namespace {

VsockHeader header_for(const VsockBlock& v, VsockOp op, u32 flags = 0, u32 length = 0) {
    VsockHeader h{};
    h.src_cid = v.key.local_cid, h.dst_cid = v.key.remote_cid;
    h.src_port = v.key.local_port, h.dst_port = v.key.remote_port;
    h.length = length;
    h.type = static_cast<u16>(v.type);
    h.op = static_cast<u16>(op);
    h.flags = flags;
    h.buf_alloc = v.receive.buffer();
    h.fwd_cnt = v.receive.fwd_cnt();
    return h;
}

// May offered data still be sent? They may after vsock_shutdown, which only the owner knows of until then.
bool takes_data(const VsockBlock& v) {
    const bool is_open = v.state == VsockState::Established || v.state == VsockState::Closing;
    return is_open && !(v.told_shut & VsockHeader::kNoSend) && !(v.peer_shut & VsockHeader::kNoReceive);
}

// The sending half is not shut down before the last byte is sent.
u32 shutdown_due(const VsockBlock& v, const VsockOffer& offer) {
    const bool is_waiting = takes_data(v) && (offer.bytes > 0 || offer.is_more);
    const u32 flags = is_waiting ? v.shut & ~VsockHeader::kNoSend : v.shut;
    return flags & ~v.told_shut ? flags : 0;
}

VsockHeader data_packet(const VsockBlock& v, const VsockOffer& offer) {
    u32 n = v.send.available();
    if (n > v.config.max_payload) n = v.config.max_payload;
    const bool is_rest = offer.bytes <= n;
    if (is_rest) n = offer.bytes;
    const u32 flags = is_rest && v.type == VsockType::SeqPacket ? offer.message_flags : 0;
    return header_for(v, VsockOp::Data, flags, n);
}

// A peer that has asked may wait for more room than the usual update would give it: it is told once more when
// nothing is left to read, because then it will never get more.
bool is_update_due(const VsockBlock& v) {
    if (v.due_update) return true;
    if (!v.may_receive()) return false;
    if (v.peer_asked && v.receive.unread() == 0 && v.receive.gain() > 0) return true;
    return v.receive.is_update_due(v.type == VsockType::SeqPacket);
}

}  // namespace

std::optional<VsockHeader> vsock_next(const VsockBlock& v, const VsockOffer& offer) {
    if (v.due_reset) return header_for(v, VsockOp::Reset);
    if (v.due_request) return header_for(v, VsockOp::Request);
    if (v.due_response) return header_for(v, VsockOp::Response);
    if (v.state != VsockState::Established && v.state != VsockState::Closing) return std::nullopt;
    if (const u32 flags = shutdown_due(v, offer)) return header_for(v, VsockOp::Shutdown, flags);
    if (offer.bytes > 0 && takes_data(v) && v.send.available() > 0) return data_packet(v, offer);
    if (is_update_due(v)) return header_for(v, VsockOp::CreditUpdate);
    if (v.due_credit_request) return header_for(v, VsockOp::CreditRequest);
    return std::nullopt;
}

void vsock_sent(VsockBlock& v, const VsockHeader& h) {
    v.receive.told();
    v.due_update = false;
    if (v.receive.unread() == 0) v.peer_asked = false;
    switch (static_cast<VsockOp>(static_cast<u16>(h.op))) {
        case VsockOp::Request: v.due_request = false; break;
        case VsockOp::Response: v.due_response = false; break;
        case VsockOp::Reset: v.due_reset = false; break;
        case VsockOp::Shutdown: v.told_shut |= h.flags; break;
        case VsockOp::Data: v.send.sent(h.length); break;
        case VsockOp::CreditRequest: v.due_credit_request = false; break;
        case VsockOp::CreditUpdate: break;
    }
}

void vsock_want_credit(VsockBlock& v, u32 bytes) {
    if (!v.may_send() || v.asked || v.send.available() >= bytes) return;
    v.asked = v.due_credit_request = true;
}

void vsock_read(VsockBlock& v, u32 n) {
    if (v.state == VsockState::Established) v.receive.read(n);
}

void vsock_set_buffer(VsockBlock& v, u32 bytes) {
    v.receive.set_buffer(bytes);
    v.config.buffer = bytes;
    v.due_update |= v.may_receive();
}

std::optional<VsockHeader> vsock_refuse(const VsockHeader& received) {
    if (received.op == static_cast<u16>(VsockOp::Reset)) return std::nullopt;
    VsockBlock nobody;
    nobody.key = vsock_key_of(received);
    VsockHeader h = header_for(nobody, VsockOp::Reset);
    h.type = received.type;
    return h;
}

}  // namespace net
