// A channel as a network card: its features, and its transmit ring.
#include "ustack/channel_device.h"

#include "ustack/system.h"

namespace ustack {

using net::MbufPtr;
using net::Offload;

namespace {

u32 features_of(const channel_memory& memory) {
    u32 features = net::NetDevice::kGather;
    if (memory.offload & CHANNEL_CHECKSUM) features |= net::NetDevice::kTcpChecksum;
    if (memory.offload & CHANNEL_SEGMENTS) features |= net::NetDevice::kTcpSegments;
    return features;
}

channel_program ring_of(channel_memory& memory, channel_ring& ring, u32 slots_at) {
    auto* slots = reinterpret_cast<channel_slot*>(reinterpret_cast<u8*>(&memory) + slots_at);
    return {&ring, slots, memory.slots, ring.posted, ring.reaped};
}

u16 flags_of(const net::Mbuf& frame) {
    switch (frame.offload()) {
        case Offload::TcpChecksum: return CHANNEL_CHECKSUM;
        case Offload::TcpSegments: return CHANNEL_CHECKSUM | CHANNEL_SEGMENTS;
        default: return 0;
    }
}

// At least as many slots as the frame needs.
u32 slots_for(const net::Mbuf& frame) {
    usize n = 0;
    for (const net::Mbuf* m = &frame; m; m = m->more()) n += 1 + m->fragment_count();
    return static_cast<u32>(n);
}

u32 room_in(const channel_program& ring) { return ring.count - (ring.posted - ring.reaped); }

}  // namespace

ChannelDevice::ChannelDevice(int fd, channel_memory& memory)
    : NetDevice("chan0", features_of(memory), memory.mtu),
      fd_(fd),
      memory_(memory),
      receive_(ring_of(memory, memory.receive, memory.receive_at)),
      transmit_(ring_of(memory, memory.transmit, memory.transmit_at)),
      buffers_(buffers_of(memory)) {}

bool ChannelDevice::is_usable(const channel_memory& memory) {
    return memory.magic == CHANNEL_MAGIC && memory.version == CHANNEL_VERSION &&
           memory.slots <= CHANNEL_MOST_SLOTS && memory.buffers >= net::kMaxMbufs;
}

net::MacAddr ChannelDevice::mac() const {
    net::MacAddr mac;
    static_assert(sizeof mac == sizeof memory_.mac);
    __builtin_memcpy(static_cast<void*>(&mac), memory_.mac, sizeof mac);
    return mac;
}

// --- transmit ---

// Posts the ranges of a frame for which there is room, and which is not empty. Returns the index of its last
// slot.
u32 ChannelDevice::post(const net::Mbuf& frame) {
    const u16 flags = flags_of(frame), with_more = flags | CHANNEL_MORE;
    const auto segment = static_cast<u16>(flags & CHANNEL_SEGMENTS ? frame.segment_size() : 0);
    frame.for_each_range([&](Bytes range) {
        if (range.empty()) return;
        const auto at = static_cast<u32>(range.data() - buffers_);
        const auto length = static_cast<u16>(range.size()), offset = static_cast<u16>(at % CHANNEL_BUFFER);
        *channel_next(&transmit_) = {at / CHANNEL_BUFFER, offset, length, with_more, segment, 0};
        channel_post(&transmit_);
        counters_.tx_bytes += length;
    });
    const u32 last = index_of(transmit_, transmit_.posted - 1);
    transmit_.slots[last].flags = flags;
    return last;
}

Result<> ChannelDevice::transmit(MbufPtr& frame) {
    const u32 most = slots_for(*frame);
    if (most > CHANNEL_MOST_PARTS || most > transmit_.count) {
        frame.reset();
        counters_.tx_bad++;
        return Errno::MsgSize;
    }
    if (room_in(transmit_) < most) reclaim();
    if (room_in(transmit_) < most) {
        counters_.tx_ring_full++;
        return Errno::Again;
    }
    const u32 last = post(*frame);
    sending_[last] = std::move(frame);
    counters_.tx_packets++;
    unpublished_ = true;
    return {};
}

void ChannelDevice::reclaim() {
    const u32 done = channel_completions(&transmit_);
    for (u32 i = 0; i < done; i++) {
        const u32 slot = index_of(transmit_, transmit_.reaped + i);
        if (!sending_[slot]) continue;
        if (transmit_.slots[slot].status < 0) counters_.tx_bad++;
        sending_[slot].reset();
    }
    if (done > 0) channel_reap(&transmit_, done);
}

Result<> ChannelDevice::wait_for_room() {
    flush();
    waits_for_room_ = true;
    while (room_in(transmit_) < CHANNEL_MOST_PARTS && is_sending()) event_loop().wait(Instant::never());
    waits_for_room_ = false;
    return {};
}

// --- the event loop ---

bool ChannelDevice::work() {
    reclaim();
    net::MbufQueue batch;
    const u32 slots = receive(batch);
    net::net_rx_all(*this, batch);
    return slots > 0;
}

// True: the kernel waits for a signal, or for a poll().
bool ChannelDevice::publish() {
    if (!unpublished_) return false;
    unpublished_ = false;
    return channel_publish(&transmit_);
}

void ChannelDevice::flush() {
    if (publish()) system::signal(fd_);
}

// A poll() that fails may not have looked at the channel.
int ChannelDevice::poll(pollfd* fds, usize n, Instant deadline) {
    const bool waits = publish();
    const int found = system::poll(fds, n, deadline);
    if (found < 0 && waits) system::signal(fd_);
    return found;
}

void ChannelDevice::sleep(Instant deadline) {
    pollfd channel{fd_, static_cast<short>(waits_for_room_ ? POLLIN | POLLOUT : POLLIN), 0};
    poll(&channel, 1, deadline);
    check(channel.revents);
}

void ChannelDevice::check(short revents) {
    if (revents & (POLLERR | POLLNVAL)) panic("the kernel has shut the packet channel");
}

}  // namespace ustack
