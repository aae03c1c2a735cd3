#include "channel_card.h"

#include <algorithm>
#include <cstring>

#include "fragment.h"
#include "tcp_sim.h"

using net::Offload;
using packets::Packet;

namespace sim {
namespace {

const channel_memory& head_of(const net::ChannelMemory& m) {
    return *static_cast<const channel_memory*>(m.page(0));
}

// A frame that the card cuts has up to 64 KiB, and up to CHANNEL_MOST_PARTS slots.
u32 features_of(const net::ChannelMemory& m, u16 piece) {
    const u32 offload = head_of(m).offload;
    const bool holds_longest = m.slots() >= CHANNEL_MOST_PARTS && piece * CHANNEL_MOST_PARTS > 65'535;
    u32 features = net::NetDevice::kGather;
    if (offload & CHANNEL_CHECKSUM) features |= net::NetDevice::kTcpChecksum;
    if (offload & CHANNEL_SEGMENTS && holds_longest) features |= net::NetDevice::kTcpSegments;
    return features;
}

u16 flags_of(const net::Mbuf& frame) {
    switch (frame.offload()) {
        case Offload::TcpChecksum: return CHANNEL_CHECKSUM;
        case Offload::TcpSegments: return CHANNEL_CHECKSUM | CHANNEL_SEGMENTS;
        default: return 0;
    }
}

bool is_whole_datagram(const Packet& frame) {
    const net::Ipv4Header* h = ipv4_of(frame);
    return h && net::IpProtocol{h->protocol} == net::IpProtocol::Udp && !h->is_fragment();
}

}  // namespace

ChannelCard::ChannelCard(net::Channel& channel, u16 piece)
    : NetDevice("chan0", features_of(*channel.memory(), piece)),
      channel_(channel),
      memory_(*channel.memory()),
      piece_(piece),
      receive_{&memory_.receive_ring(), memory_.receive_slots(), memory_.slots(), 0, 0},
      transmit_{&memory_.transmit_ring(), memory_.transmit_slots(), memory_.slots(), 0, 0} {}

net::MacAddr ChannelCard::mac() const {
    net::MacAddr mac;
    std::memcpy(static_cast<void*>(&mac), head_of(memory_).mac, sizeof mac);
    return mac;
}

// --- transmit: each slot has a buffer of its own, behind those of the receive ring

void ChannelCard::post(const Packet& frame, u16 flags, u16 segment) {
    for (usize done = 0; done < frame.size();) {
        const auto n = static_cast<u16>(std::min<usize>(piece_, frame.size() - done));
        const bool more = done + n < frame.size();
        const u32 buffer = transmit_.count + (transmit_.posted & (transmit_.count - 1));
        const auto with_more = static_cast<u16>(more ? flags | CHANNEL_MORE : flags);
        const channel_slot slot{buffer, 0, n, with_more, segment, 0};
        std::memcpy(memory_.at(slot), frame.data() + done, n);
        *channel_next(&transmit_) = slot;
        channel_post(&transmit_);
        done += n;
    }
}

Result<> ChannelCard::transmit(net::MbufPtr& m) {
    Packet frame;
    m->for_each_range([&](Bytes b) { frame.insert(frame.end(), b.begin(), b.end()); });
    const usize slots = (frame.size() + piece_ - 1) / piece_;
    const bool possible = slots <= std::min<usize>(transmit_.count, CHANNEL_MOST_PARTS);
    if (started_ && possible && room() < slots) reclaim();
    if (started_ && possible && room() < slots) return Errno::Again;
    if (started_ && possible) {
        const auto pieces = as_the_hardware_sends(*m);
        for (const Packet& p : pieces) sent(p);
        pieces_.push_back(pieces.size());
    }
    const u16 flags = flags_of(*m);
    const auto segment = static_cast<u16>(flags & CHANNEL_SEGMENTS ? m->segment_size() : 0);
    m.reset();
    if (!started_) return {};
    if (!possible) return Errno::MsgSize;
    frames_out++;
    post(frame, flags, segment);
    if (!std::exchange(unpublished_, true)) posted();
    return {};
}

// The kernel takes all posted frames at once, if the host's card has room.
Result<> ChannelCard::wait_for_room() {
    flush();
    reclaim();
    return {};
}

void ChannelCard::reclaim() {
    const u32 done = channel_completions(&transmit_);
    for (u32 i = 0; i < done; i++) {
        const channel_slot& s = transmit_.slots[(transmit_.reaped + i) & (transmit_.count - 1)];
        if (s.flags & CHANNEL_MORE) continue;
        if (s.status < 0) refused += pieces_.front();
        pieces_.pop_front();
    }
    if (done > 0) channel_reap(&transmit_, done);
}

void ChannelCard::flush() {
    if (!std::exchange(unpublished_, false)) return;
    if (channel_publish(&transmit_)) channel_.kick();
}

// --- receive

void ChannelCard::start() {
    for (u32 i = 0; i < receive_.count; i++) {
        *channel_next(&receive_) = {i, 0, piece_, 0, 0, 0};
        channel_post(&receive_);
    }
    channel_publish_buffers(&receive_);
    started_ = true;
}

bool ChannelCard::has_frame() const {
    for (u32 i = 0, n = channel_completions(&receive_); i < n; i++) {
        if (!(receive_.slots[(receive_.reaped + i) & (receive_.count - 1)].flags & CHANNEL_MORE)) return true;
    }
    return false;
}

// Takes the oldest frame out of its buffers, and lends these again.
Packet ChannelCard::take_frame() {
    Packet frame;
    for (bool more = true; more;) {
        const channel_slot s = *channel_completion(&receive_);
        const u8* from = memory_.at(s);
        frame.insert(frame.end(), from, from + s.length);
        more = s.flags & CHANNEL_MORE;
        channel_reap(&receive_, 1);
        *channel_next(&receive_) = {s.buffer, 0, piece_, 0, 0, 0};
        channel_post(&receive_);
    }
    return frame;
}

bool ChannelCard::receive(usize most) {
    net::MbufQueue batch;
    for (; most > 0 && has_frame(); most--) {
        const Packet frame = take_frame();
        net::MbufPtr m = net::Mbuf::alloc(net::kRxHeadroom);
        if (!m) continue;
        std::memcpy(m->put(frame.size()), frame.data(), frame.size());
        frames_in++;
        whole_datagrams += is_whole_datagram(frame);
        received(frame);
        batch.push_tail(std::move(m));
    }
    channel_publish_buffers(&receive_);
    net::net_rx_all(*this, batch);
    return has_frame();
}

}  // namespace sim
