// The E1000's two rings: descriptors in memory and their mbufs, without registers and locks. The driver adds
// both; in a host test, the test acts as the hardware.
//
//   receive:    | empty buffers: the hardware's      | one | received frames: the driver's      | empty ...
//                 ^ RDH                                ^ RDT ^ next_
//   transmit:   | free | being sent: the hardware's    | free
//                      ^ oldest_, TDH                  ^ next_, TDT
//
// In both, the slot at the tail register is not the hardware's: head == tail means "none".
// Each ring takes one page: 256 descriptors of 16 bytes.
#pragma once

#include <array>

#include "dev/e1000_regs.h"
#include "dev/frame.h"
#include "dev/mmio.h"
#include "dev/rx_watch.h"
#include "mm/layout.h"
#include "net/core/mbuf.h"

namespace dev {

inline constexpr u32 kRingSize = 256;
inline constexpr usize kRingBytes = kRingSize * sizeof(RxDescriptor);
static_assert(kRingBytes == 4096 && kRingBytes % 128 == 0);

// The maximum that the hardware writes while RCTL.LPE and RCTL.SBP are off, including a VLAN tag and the CRC.
// RCTL's buffer size, 2048, is more than the mbuf has, but is never reached.
inline constexpr usize kRxMostWritten = 1522 + 4;
static_assert(sizeof(net::Mbuf) + kRxReserve + kRxMostWritten <= net::kMbufSize);

// Receive descriptors. Every slot always owns an mbuf: a received frame is taken only if a new mbuf replaces
// it; else the frame is dropped (counted as no_mbuf) and its buffer reused. So an empty pool never empties
// the ring.
// - One thread only.
class RxRing {
  public:
    constexpr RxRing() = default;
    RxRing(const RxRing&) = delete;
    RxRing& operator=(const RxRing&) = delete;

    // Allocates an mbuf for each of the kRingSize descriptors in `page`, which the ring keeps. NoMem: too few
    // mbufs; the ring then holds nothing.
    Result<> fill(void* page);
    void release();  // frees all mbufs; the hardware must be stopped

    // Whether the hardware has finished the next descriptor. One load.
    bool pending() const { return static_cast<const volatile u8&>(descriptors_[next_].status) & rxd::kDone; }

    // The status of the next descriptor, with the error bits, which are not looked at.
    RxWatch watch() const {
        return {.word = reinterpret_cast<const volatile RxWatch::Word*>(&descriptors_[next_].status),
                .mask = rxd::kDone};
    }

    // Moves up to `limit` received frames into `batch` and refills their slots. Returns the number of
    // descriptors processed, including those of dropped frames; 0: nothing is pending.
    u32 take(net::MbufQueue& batch, u32 limit) {
        u32 n = 0;
        for (; n < limit && pending(); n++) {
            fence_after_dma();
            RxDescriptor& d = descriptors_[next_];
            if (whole_frame(d)) [[likely]]
                deliver(batch, d);
            d.status = 0;
            next_ = (next_ + 1) % kRingSize;
        }
        return n;
    }

    // The value for RDT: the hardware owns every slot except the one before next_.
    u32 tail() const { return (next_ - 1) % kRingSize; }
    // The number of slots refilled since the last write of RDT, which told() records.
    u32 unreturned() const { return (tail() - told_) % kRingSize; }
    void told(u32 tail) { told_ = tail; }

    u32 mbufs_held() const { return descriptors_ ? kRingSize : 0; }

    // Other threads read them without a lock: each is one word.
    struct Counters {
        u64 packets = 0, bytes = 0;
        u64 no_mbuf = 0;
        u64 bad = 0;
    };
    const Counters& counters() const { return counters_; }

  private:
    // With LPE off every valid frame fits into one buffer. A longer one is skipped up to its last descriptor
    // and counted once, there.
    bool whole_frame(const RxDescriptor& d) {
        const bool continues = in_long_frame_;
        in_long_frame_ = !(d.status & rxd::kEndOfPacket);
        const bool good =
            !continues && !in_long_frame_ && !(d.errors & rxd::kFrameErrors) && d.length <= kRxMostWritten;
        if (!good && !in_long_frame_) counters_.bad++;
        return good;
    }
    void deliver(net::MbufQueue& batch, const RxDescriptor& d) {
        net::MbufPtr fresh = net::Mbuf::alloc(kRxReserve);
        if (!fresh) [[unlikely]] {
            counters_.no_mbuf++;
            return;
        }
        net::MbufPtr frame(mbufs_[next_]);
        frame->put(d.length);
        counters_.packets++;
        counters_.bytes += d.length;
        batch.push_tail(std::move(frame));
        give_to_hardware(next_, std::move(fresh));
    }
    void give_to_hardware(u32 slot, net::MbufPtr m) {
        descriptors_[slot].address = mm::phys_of(m->data());
        descriptors_[slot].status = 0;
        mbufs_[slot] = m.release();
    }

    RxDescriptor* descriptors_ = nullptr;
    u32 next_ = 0;  // the first descriptor not yet taken
    u32 told_ = kRingSize - 1;
    bool in_long_frame_ = false;  // the next descriptor continues a frame that is being dropped
    Counters counters_;
    std::array<net::Mbuf*, kRingSize> mbufs_{};
};

// Transmit descriptors. The ring owns an mbuf from push() until reclaim() finds its descriptor done. A
// scattered frame takes one descriptor for each fragment, and a context descriptor if needed. Only the last
// one reports status and holds the mbuf.
// - The caller holds a lock.
class TxRing {
  public:
    constexpr TxRing() = default;
    TxRing(const TxRing&) = delete;
    TxRing& operator=(const TxRing&) = delete;

    void use(void* page);  // kRingSize zeroed descriptors; the ring keeps the page
    void release();        // frees all frames, sent or not; the hardware must be stopped

    // One slot stays free, because head == tail means an empty ring.
    bool full() const { return next_ - oldest_ == kRingSize - 1; }
    static usize slots_for(const net::Mbuf& frame);

    // Frees the frames that have been sent.
    void reclaim() {
        while (oldest_ != next_) {
            u32 last = oldest_;
            while (!mbufs_[last % kRingSize]) [[unlikely]] last++;
            if (!done(last)) return;
            free_up_to(last);
        }
    }
    // Takes the frame if there is room. False: no room; the caller keeps the frame.
    bool push(net::MbufPtr&& frame) {
        if (!frame->is_simple()) [[unlikely]]
            return push_scattered(std::move(frame));
        if (full()) [[unlikely]]
            return false;
        TxDescriptor& d = descriptors_[tail()];
        d.address = mm::phys_of(frame->data());
        d.length = static_cast<u16>(frame->length());
        d.checksum_offset = 0;
        d.command = txd::kEndOfPacket | txd::kInsertFcs | txd::kReportStatus;
        d.status = 0;
        counters_.packets++;
        counters_.bytes += frame->length();
        mbufs_[tail()] = frame.release();
        next_++;
        return true;
    }

    // Descriptors ever pushed; modulo kRingSize the value for TDT. TDT alone does not tell whether a whole
    // ring of frames was pushed since.
    u32 pushed() const { return next_; }
    u32 tail() const { return next_ % kRingSize; }
    u32 mbufs_held() const;  // counts over the whole ring

    struct Counters {
        u64 packets = 0, bytes = 0;
    };
    const Counters& counters() const { return counters_; }

  private:
    bool push_scattered(net::MbufPtr&& frame);
    void put_context(const TxContext& wanted);
    void put_data(Bytes run, u32 command, u8 options);
    template <class Descriptor>
    Descriptor& take_slot() {
        return reinterpret_cast<Descriptor*>(descriptors_)[next_++ % kRingSize];
    }
    bool done(u32 n) const {
        return static_cast<const volatile u8&>(descriptors_[n % kRingSize].status) & txd::kDone;
    }
    void free_up_to(u32 last) {
        net::MbufPtr sent(std::exchange(mbufs_[last % kRingSize], nullptr));
        oldest_ = last + 1;
    }

    TxDescriptor* descriptors_ = nullptr;
    u32 next_ = 0;    // both only count up; the slot is the count modulo kRingSize
    u32 oldest_ = 0;  // the first descriptor not reclaimed
    Counters counters_;
    TxContext context_;  // the last one given to the hardware
    std::array<net::Mbuf*, kRingSize> mbufs_{};
};

}  // namespace dev
