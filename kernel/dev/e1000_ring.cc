// The rings outside of the usual paths: fill, release, scattered frames.
#include "dev/e1000_ring.h"

#include <utility>

#include "lib/string.h"

namespace dev {

using net::Mbuf;
using net::MbufPtr;

Result<> RxRing::fill(void* page) {
    descriptors_ = static_cast<RxDescriptor*>(page);
    for (u32 slot = 0; slot < kRingSize; slot++) {
        MbufPtr m = Mbuf::alloc(kRxReserve);
        if (!m) {
            release();
            return Errno::NoMem;
        }
        give_to_hardware(slot, std::move(m));
    }
    next_ = 0;
    told_ = kRingSize - 1;
    in_long_frame_ = false;
    return {};
}

void RxRing::release() {
    for (Mbuf*& m : mbufs_) MbufPtr released(std::exchange(m, nullptr));
    descriptors_ = nullptr;
}

void TxRing::use(void* page) {
    descriptors_ = static_cast<TxDescriptor*>(page);
    next_ = oldest_ = 0;
    context_ = {};
}

void TxRing::release() {
    for (Mbuf*& m : mbufs_) MbufPtr released(std::exchange(m, nullptr));
    oldest_ = next_;
    descriptors_ = nullptr;
}

u32 TxRing::mbufs_held() const {
    u32 n = 0;
    for (const Mbuf* m : mbufs_) n += m != nullptr;
    return n;
}

// --- frames with several fragments, or with checksum or segmentation offload ---

namespace {

constexpr u8 kIpHeader = kEthernetHeader, kTcpHeader = kEthernetHeader + 20;  // IPv4 without options
static_assert(kMostRanges + 1 <= kRingSize / 2);

// PAYLEN: QEMU finds the last segment with it, which carries the TCP flags; the real hardware ends there.
TxContext context_for(const Mbuf& frame) {
    TxContext c{.ip_start = kIpHeader,
                .ip_checksum = kIpHeader + 10,
                .ip_end = kTcpHeader - 1,
                .start = kTcpHeader,
                .checksum = kTcpHeader + 16,
                .command_length = txx::kExtended | txx::kTcp | txx::kIpv4};
    if (frame.offload() != net::Offload::TcpSegments) return c;
    c.command_length |= txx::kSegment | static_cast<u32>(frame.chain_length() - frame.length());
    c.header_length = static_cast<u8>(frame.length());
    c.mss = static_cast<u16>(frame.segment_size());
    return c;
}

// The hardware fills in both for each segment and requires zeros before.
void clear_ip_length_and_checksum(Mbuf& frame) {
    memset(frame.data() + kIpHeader + 2, 0, 2);
    memset(frame.data() + kIpHeader + 10, 0, 2);
}

}  // namespace

usize TxRing::slots_for(const Mbuf& frame) {
    return range_count(frame) + (frame.offload() == net::Offload::None ? 0 : 1);
}

// A context descriptor stays valid until the next one, so a stream of similar segments needs it only once.
void TxRing::put_context(const TxContext& wanted) {
    if (wanted == context_) return;
    context_ = wanted;
    take_slot<TxContext>() = wanted;
}

void TxRing::put_data(Bytes run, u32 command, u8 options) {
    take_slot<TxData>() = {.address = mm::phys_of(run.data()),
                           .command_length = command | static_cast<u32>(run.size()),
                           .options = options};
}

// Frames without offload use extended data descriptors too, with no options set.
bool TxRing::push_scattered(MbufPtr&& frame) {
    if (kRingSize - 1 - (next_ - oldest_) < slots_for(*frame)) return false;
    u32 command = txx::kExtended | txx::kData | txx::kInsertFcs;
    u8 options = 0;
    if (frame->offload() != net::Offload::None) {
        put_context(context_for(*frame));
        options = txx::kInsertTcpChecksum;
    }
    if (frame->offload() == net::Offload::TcpSegments) {
        clear_ip_length_and_checksum(*frame);
        command |= txx::kSegment;
        options |= txx::kInsertIpChecksum;
    }
    frame->for_each_range([&](Bytes run) { put_data(run, command, options); });
    auto& last = reinterpret_cast<TxData*>(descriptors_)[(next_ - 1) % kRingSize];
    last.command_length |= txx::kEndOfPacket | txx::kReportStatus;
    counters_.packets++;
    counters_.bytes += frame->chain_length();
    mbufs_[(next_ - 1) % kRingSize] = frame.release();
    return true;
}

}  // namespace dev
