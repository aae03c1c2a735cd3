// Scattered frames, and frames with checksum or segmentation offload.
#include "dev/virtio/net_tx.h"

namespace dev {
namespace {

using net::Mbuf;
using net::MbufPtr;
using net::Offload;

constexpr usize kIpHeader = kEthernetHeader, kTcpHeader = kIpHeader + 20;  // IPv4 without options
constexpr usize kTcpChecksum = 16;                                         // from the start of the TCP header

// For a frame without headroom, and without offload.
constexpr VirtioNetHeader kPlainHeader{};

// Our stack leaves the length of the pseudo header out if the frame is to be split; virtio devices expect it.
void add_length_to_checksum(Mbuf& frame) {
    auto& field = *reinterpret_cast<be16*>(frame.data() + kTcpHeader + kTcpChecksum);
    const u32 sum = field + static_cast<u32>(frame.chain_length() - kTcpHeader);
    field = static_cast<u16>((sum & 0xffff) + (sum >> 16));
}

VirtioNetHeader header_for(const Mbuf& frame) {
    VirtioNetHeader h{};
    if (frame.offload() == Offload::None) return h;
    h.flags = VirtioNetHeader::kNeedsCsum;
    h.checksum_start = kTcpHeader;
    h.checksum_offset = kTcpChecksum;
    if (frame.offload() != Offload::TcpSegments) return h;
    h.gso_type = VirtioNetHeader::kGsoTcp4;
    h.header_length = static_cast<u16>(frame.length());
    h.segment_size = static_cast<u16>(frame.segment_size());
    return h;
}

}  // namespace

void VirtioTx::release() {
    while (void* token = queue_.abandon()) MbufPtr released(static_cast<Mbuf*>(token));
    queue_.destroy();
}

void VirtioTx::reclaim(u16 most) {
    queue_.take_up_to(most,
                      [](const VirtQueue::Finished& done) { MbufPtr sent(static_cast<Mbuf*>(done.token)); });
}

bool VirtioTx::push_scattered(MbufPtr& frame) {
    const bool in_place = frame->headroom() >= sizeof(VirtioNetHeader);
    const usize count = range_count(*frame) + (in_place ? 0 : 1);
    if (count > segments_.size() || count > queue_.free_descriptors()) return false;
    counters_.packets++;
    counters_.bytes += frame->chain_length();
    usize n = 0;
    if (frame->offload() == Offload::TcpSegments) add_length_to_checksum(*frame);
    const VirtioNetHeader header = header_for(*frame);
    if (in_place)
        *frame->push_header<VirtioNetHeader>() = header;
    else
        segments_[n++] = {&kPlainHeader, sizeof kPlainHeader};
    frame->for_each_range([&](Bytes run) { segments_[n++] = {run.data(), static_cast<u32>(run.size())}; });
    Mbuf* token = frame.release();
    return queue_.add(std::span(segments_.data(), n), token);
}

}  // namespace dev
