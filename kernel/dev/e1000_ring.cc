// What happens to a slot off the fast path of sending: refill, drop, pad.
#include "dev/e1000_ring.h"

#include <utility>

#include "dev/mmio.h"
#include "lib/string.h"

namespace dev {

using net::Mbuf;
using net::MbufPtr;
using net::MbufQueue;

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

void RxRing::give_to_hardware(u32 slot, MbufPtr m) {
    descriptors_[slot].address = mm::phys_of(m->data());
    descriptors_[slot].status = 0;
    mbufs_[slot] = m.release();
}

u32 RxRing::take(MbufQueue& batch, u32 limit) {
    u32 n = 0;
    while (n < limit && pending()) {
        fence_after_dma();
        finish_slot(batch);
        n++;
    }
    return n;
}

void RxRing::finish_slot(MbufQueue& batch) {
    RxDescriptor& d = descriptors_[next_];
    if (whole_frame(d)) [[likely]]
        deliver(batch, d);
    d.status = 0;
    next_ = (next_ + 1) % kRingSize;
}

// With LPE off every good frame fits one buffer; one that does not is skipped up to its last descriptor, and
// counted there, once.
bool RxRing::whole_frame(const RxDescriptor& d) {
    const bool continues = in_long_frame_;
    in_long_frame_ = !(d.status & rxd::kEndOfPacket);
    const bool good =
        !continues && !in_long_frame_ && !(d.errors & rxd::kFrameErrors) && d.length <= kRxMostWritten;
    if (!good && !in_long_frame_) counters_.bad++;
    return good;
}

void RxRing::deliver(MbufQueue& batch, RxDescriptor& d) {
    MbufPtr fresh = Mbuf::alloc(kRxReserve);
    if (!fresh) [[unlikely]] {
        counters_.no_mbuf++;
        return;
    }
    MbufPtr frame(mbufs_[next_]);
    frame->put(d.length);
    counters_.packets++;
    counters_.bytes += d.length;
    batch.push_tail(std::move(frame));
    give_to_hardware(next_, std::move(fresh));
}

void TxRing::use(void* page) {
    descriptors_ = static_cast<TxDescriptor*>(page);
    next_ = oldest_ = 0;
}

void TxRing::release() {
    while (oldest_ != next_) free_oldest();
    descriptors_ = nullptr;
}

// The hardware could pad (TCTL.PSP) but QEMU's does not, and what an mbuf held before must not leak out.
Result<> pad_or_refuse(Mbuf& frame) {
    const usize length = frame.length();
    if (length > kMaxFrame) return Errno::MsgSize;
    if (length < kEthernetHeader) return Errno::Inval;
    u8* padding = frame.put(kMinFrame - length);
    if (!padding) return Errno::Inval;
    memset(padding, 0, kMinFrame - length);
    return {};
}

}  // namespace dev
