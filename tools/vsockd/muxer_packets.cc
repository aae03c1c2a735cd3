// The packets of the two queues: each way in turns.
#include "tools/vsockd/muxer.h"

#include "tools/vsockd/pieces.h"

namespace vsockd {
namespace {

using net::VsockHeader;
using net::VsockOp;
using net::VsockPacket;

// A guest that does not take its RSTs is not read from (virtio 1.2, 5.10.6.4: neither queue may fill the
// other).
constexpr usize kMostResets = 256;
// Packets in each direction in one turn, before new events are asked for.
constexpr int kTurn = 256;

}  // namespace

bool Muxer::work(VhostDevice& device, Instant now) {
    run_timers(now);
    bool more = false;
    if (device.running()) {
        const bool took_all = take_packets(device.transmit_queue(), now);
        more = send_packets(device.receive_queue(), now) || (!took_all && resets_.size() < kMostResets);
    }
    counters_.interrupts += device.flush();
    if (device.report_fault()) {
        counters_.broken++;
        drop_all();
    }
    graveyard_.clear();
    return more;
}

// True: there are no more.
bool Muxer::take_packets(Virtqueue& queue, Instant now) {
    queue.refuse_notification();
    for (int i = 0; i < kTurn && resets_.size() < kMostResets; i++) {
        Chain* chain = queue.next();
        if (!chain && queue.ask_notification()) return true;
        if (!chain) continue;
        take(*chain, queue, now);
        queue.use(0);
    }
    return false;
}

void Muxer::take(Chain& chain, Virtqueue& queue, Instant now) {
    VsockHeader h;
    if (copy_out(chain.readable, {reinterpret_cast<u8*>(&h), sizeof h}) < sizeof h) {
        counters_.dropped_short++;
        return queue.condemn("has a packet without a complete header");
    }
    counters_.packets_in++;
    if (h.dst_cid != net::kVsockHostCid || h.src_cid != config_.guest_cid) {
        counters_.dropped_cid++;
        return;
    }
    drop_front(chain.readable, sizeof h);
    dispatch(h, chain.readable, now);
}

void Muxer::dispatch(const VsockHeader& h, std::span<const iovec> payload, Instant now) {
    const auto packet = VsockPacket::parse({reinterpret_cast<const u8*>(&h), sizeof h}, total(payload));
    const auto flow = flows_.find(net::vsock_key_of(h));
    if (flow != flows_.end()) {
        Connection& c = *flow->second;
        if (packet) return c.arrive(*packet, payload, now);
        counters_.reset_length++;
        net::vsock_abort(c.block(), Errno::Proto);
        return changed(c, now);
    }
    if (!packet) return refuse(h, counters_.reset_length);
    if (packet->op() == VsockOp::Request) return request(*packet, now);
    refuse(h, counters_.reset_unknown);
}

void Muxer::refuse(const VsockHeader& h, u64& reason) {
    const auto reset = net::vsock_refuse(h);
    if (!reset) return;  // a RST is never answered
    reason++;
    resets_.push_back(*reset);
}

// True: there may be more packets, and buffers for them.
bool Muxer::send_packets(Virtqueue& queue, Instant now) {
    queue.refuse_notification();
    for (int i = 0; i < kTurn; i++) {
        if (resets_.empty() && due_.empty()) return false;
        Chain* buffer = queue.next();
        if (!buffer && queue.ask_notification()) return false;
        if (!buffer) continue;
        if (total(buffer->writable) <= sizeof(VsockHeader)) {
            queue.condemn("has a buffer without room for data");
            return false;
        }
        const u32 written = fill(*buffer, now);
        if (!written) continue;
        counters_.packets_out++;
        queue.use(written);
    }
    return true;
}

u32 Muxer::fill(Chain& buffer, Instant now) {
    if (!resets_.empty()) {
        copy_in(buffer.writable, {reinterpret_cast<const u8*>(&resets_.front()), sizeof(VsockHeader)});
        resets_.pop_front();
        return sizeof(VsockHeader);
    }
    Connection& c = *due_.pop_front();
    const u32 written = c.emit(buffer, now);
    arm(c, net::vsock_next_deadline(c.block()));
    if (written) due_.push_back(c);  // it may have more, but others come first
    return written;
}

}  // namespace vsockd
