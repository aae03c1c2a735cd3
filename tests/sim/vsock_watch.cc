#include "vsock_watch.h"

#include <cstdarg>
#include <cstdio>

#include "program.h"

using net::VsockHeader;
using net::VsockOp;

namespace sim {
namespace {

VsockOp op_of(const VsockWirePacket& p) { return static_cast<VsockOp>(static_cast<u16>(p.header.op)); }

VsockWireKey key_of(const VsockWirePacket& p) {
    const VsockHeader& h = p.header;
    return {static_cast<u32>(h.src_cid), h.src_port, static_cast<u32>(h.dst_cid), h.dst_port};
}

unsigned host_of(u64 cid) { return static_cast<unsigned>(cid - net::kVsockFirstGuestCid); }

// "host 0 port 4711 to host 2 port 5000"
std::string way_of(const VsockWirePacket& p) {
    const auto& [from, port, to, to_port] = key_of(p);
    return "host " + std::to_string(host_of(from)) + " port " + std::to_string(port) + " to host " +
           std::to_string(host_of(to)) + " port " + std::to_string(to_port);
}

std::string in_words(const VsockWirePacket& p) {
    const VsockHeader& h = p.header;
    std::string text = std::string("vsock ") + name_of(op_of(p)) + " from " + way_of(p);
    if (h.length) text += ", " + std::to_string(h.length) + " bytes";
    if (op_of(p) == VsockOp::Shutdown && h.flags & VsockHeader::kNoReceive) text += ", receives no more";
    if (op_of(p) == VsockOp::Shutdown && h.flags & VsockHeader::kNoSend) text += ", sends no more";
    return text + ", buf_alloc " + std::to_string(h.buf_alloc) + ", fwd_cnt " + std::to_string(h.fwd_cnt);
}

}  // namespace

void VsockWatch::show(const char* what, u64 cid, const VsockWirePacket& p) {
    if (report_.traces()) report_.say("host %u %s %s", host_of(cid), what, in_words(p).c_str());
}

void VsockWatch::fail(const VsockWirePacket& p, const char* format, ...) {
    char what[300];
    std::va_list args;
    va_start(args, format);
    std::vsnprintf(what, sizeof what, format, args);
    va_end(args);
    report_.fail("vsock %s from %s: %s", name_of(op_of(p)), way_of(p).c_str(), what);
}

void VsockWatch::forget(u32 cid) {
    std::erase_if(
        sides_, [cid](const auto& s) { return std::get<0>(s.first) == cid || std::get<2>(s.first) == cid; });
}

// --- what an end sends

void VsockWatch::sent(const VsockWirePacket& p) {
    show("sends", p.header.src_cid, p);
    report_.keep_vsock(p.header, p.payload);
    VsockSide &me = sides_[key_of(p)], &peer = sides_[reversed(key_of(p))];
    if (op_of(p) == VsockOp::Reset) {
        me.ended = true;
        return;
    }
    note_opening(op_of(p), me, peer, p);
    if (!me.open) return;
    if (me.ended) return fail(p, "the connection has ended");
    check_credit(me, p);
    if (op_of(p) == VsockOp::Data) check_data(me, p);
    if (op_of(p) == VsockOp::Shutdown) check_shutdown(me, p);
}

void VsockWatch::note_opening(VsockOp op, VsockSide& me, VsockSide& peer, const VsockWirePacket& p) {
    if (op == VsockOp::Request) {
        me = peer = {};
        me.open = true;
    }
    if (op != VsockOp::Response || !peer.open) return;
    if (!me.asked) fail(p, "nobody has asked");
    me.asked = false;
    me.open = me.established = true;
}

// 5.10.6.3: fwd_cnt counts what has left the buffer. The program at this end is about to count what it reads.
void VsockWatch::check_credit(VsockSide& me, const VsockWirePacket& p) {
    const u32 read = p.header.fwd_cnt;
    if (read < me.told_read) fail(p, "its fwd_cnt decreases from %u", me.told_read);
    if (read > me.arrived) fail(p, "has read more than the %lu bytes that have arrived", me.arrived);
    me.told_read = read;
    if (!me.source) me.source = source_of(key_of(p));
    if (!me.source || me.source->end->over) return;
    const End& end = *me.source->end;
    if (read > end.read + end.read_size)
        fail(p, "tells that %u bytes have left the buffer, but the program has read %lu", read, end.read);
}

void VsockWatch::check_data(VsockSide& me, const VsockWirePacket& p) {
    const u64 end = me.sent + p.payload.size();
    if (!me.established) fail(p, "the peer has not answered");
    if (p.payload.empty()) fail(p, "no data");
    if (me.told_shut & VsockHeader::kNoSend) fail(p, "it has said that it sends no more");
    if (me.peer_shut & VsockHeader::kNoReceive) fail(p, "the peer receives no more");
    if (end > me.peer_read + me.peer_buffer)
        fail(p, "sends up to %lu, but has credit up to %lu", end, me.peer_read + me.peer_buffer);
    if (me.source && end > me.source->end->offered)
        fail(p, "sends up to %lu, but the program wrote %lu", end, me.source->end->offered);
    if (me.source && !matches(me.source->stream, me.sent, p.payload))
        fail(p, "sends wrong bytes at %lu", me.sent);
    me.sent = end;
}

// 5.10.6.5: the flags are permanent.
void VsockWatch::check_shutdown(VsockSide& me, const VsockWirePacket& p) {
    const u32 flags = p.header.flags;
    if (flags == me.told_shut || me.told_shut & ~flags)
        fail(p, "its flags were %u and are %u", me.told_shut, flags);
    me.told_shut = flags;
    if (!(flags & VsockHeader::kNoSend) || !me.source) return;
    if (!me.source->end->shut || me.sent != me.source->end->offered)
        fail(p, "has sent %lu bytes, but the program wrote %lu%s", me.sent, me.source->end->offered,
             me.source->end->shut ? "" : " and has not closed");
}

// --- what arrives at an end

void VsockWatch::arrived(const VsockWirePacket& p) {
    show("gets", p.header.dst_cid, p);
    VsockSide& me = sides_[reversed(key_of(p))];
    switch (op_of(p)) {
        case VsockOp::Reset: me.ended = true; return;
        case VsockOp::Request: me.asked = true; break;
        case VsockOp::Response: me.established = true; break;
        case VsockOp::Shutdown: me.peer_shut |= p.header.flags; break;
        default: break;
    }
    me.peer_buffer = p.header.buf_alloc;
    me.peer_read = p.header.fwd_cnt;
    me.arrived += p.header.length;
}

}  // namespace sim
