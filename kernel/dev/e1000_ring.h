// The E1000's two rings, as plain memory: descriptors, and the mbufs that stand behind them. No register and
// no lock is here: the driver adds both, and a host test plays the hardware.
//
//   receive:    | empty buffers: the hardware's      | one | finished frames: ours, to be taken | empty ...
//                 ^ RDH                                ^ RDT ^ next_
//   transmit:   | free | being sent: the hardware's    | free
//                      ^ oldest_, TDH                  ^ next_, TDT
//
// In both, the slot that a tail register names is not the hardware's: head == tail means "none".
// Both rings take one page: 256 descriptors of 16 bytes.
#pragma once

#include <array>

#include "dev/e1000_regs.h"
#include "mm/layout.h"
#include "net/core/mbuf.h"
#include "net/core/netdev.h"

namespace dev {

inline constexpr u32 kRingSize = 256;
inline constexpr usize kRingBytes = kRingSize * sizeof(RxDescriptor);
static_assert(kRingBytes == 4096 && kRingBytes % 128 == 0);

inline constexpr usize kEthernetHeader = 14;
inline constexpr usize kMinFrame = 60;    // Ethernet's minimum, without the CRC
inline constexpr usize kMaxFrame = 1514;  // a header and 1500 bytes, without the CRC

// Where received frames start in their mbufs: with room for an answer's headers in front, and so that the IP
// header behind the 14 bytes of Ethernet lies on a multiple of four.
inline constexpr usize kRxReserve = 130;
// What the hardware writes at most while RCTL.LPE and RCTL.SBP are off, a VLAN tag and the CRC included. The
// buffer size it is told, 2048, is more than the mbuf has; it never gets there.
inline constexpr usize kRxMostWritten = 1522 + 4;
static_assert((sizeof(net::Mbuf) + kRxReserve + kEthernetHeader) % 4 == 0 && kRxReserve >= net::kRxHeadroom);
static_assert(sizeof(net::Mbuf) + kRxReserve + kRxMostWritten <= net::kMbufSize);

// Receive descriptors. Every slot owns an mbuf at all times: a finished frame leaves only when a fresh mbuf
// takes its place, else the frame is dropped (counted no_mbuf) and its buffer used again. So the ring never
// starves, however long the pool stays empty.
// - One thread only; pending() may be asked by any.
class RxRing {
  public:
    constexpr RxRing() = default;
    RxRing(const RxRing&) = delete;
    RxRing& operator=(const RxRing&) = delete;

    // Puts an mbuf behind each of the kRingSize descriptors in `page`, which stays the ring's. NoMem: there
    // were not enough; nothing is held then.
    Result<> fill(void* page);
    void release();  // gives all mbufs back; the hardware must have been stopped

    // Has the hardware finished the next descriptor? One load.
    bool pending() const { return static_cast<const volatile u8&>(descriptors_[next_].status) & rxd::kDone; }

    // Moves up to `limit` finished frames into `batch`, refilling their slots. Returns how many descriptors
    // it went over: 0 means that nothing is pending. Dropped frames count, so it may exceed what is in
    // `batch`.
    u32 take(net::MbufQueue& batch, u32 limit);

    // The value for RDT: every slot but the one before the next is the hardware's.
    u32 tail() const { return (next_ - 1) % kRingSize; }
    // How many slots have been refilled since RDT was last told.
    u32 unreturned() const { return (tail() - told_) % kRingSize; }
    void told(u32 tail) { told_ = tail; }

    u32 mbufs_held() const { return descriptors_ ? kRingSize : 0; }

    // Read by other threads as they are: each is one word.
    struct Counters {
        u64 packets = 0, bytes = 0;
        u64 no_mbuf = 0;
        u64 bad = 0;
    };
    const Counters& counters() const { return counters_; }

  private:
    void finish_slot(net::MbufQueue& batch);
    bool whole_frame(const RxDescriptor& d);
    void deliver(net::MbufQueue& batch, RxDescriptor& d);
    void give_to_hardware(u32 slot, net::MbufPtr m);

    RxDescriptor* descriptors_ = nullptr;
    u32 next_ = 0;  // the first descriptor not taken yet
    u32 told_ = kRingSize - 1;
    bool in_long_frame_ = false;  // the next descriptor continues a frame that is being dropped
    Counters counters_;
    std::array<net::Mbuf*, kRingSize> mbufs_{};
};

// Transmit descriptors. An mbuf is the ring's from push() until reclaim() finds its descriptor done. A
// scattered frame takes one for each run of bytes, and one more when the hardware must be told where the
// headers are; only the last of them reports that it is done, and there stands the mbuf.
// - The caller holds a lock.
class TxRing {
  public:
    constexpr TxRing() = default;
    TxRing(const TxRing&) = delete;
    TxRing& operator=(const TxRing&) = delete;

    void use(void* page);  // kRingSize zeroed descriptors, which stay the ring's
    void release();        // frees all frames, sent or not; the hardware must have been stopped

    // One slot stays free: a full ring would look like an empty one to the hardware.
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
    // Takes the frame if there is room for it. False: there is none, and it is the caller's still.
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

    u32 tail() const { return next_ % kRingSize; }  // the value for TDT
    u32 mbufs_held() const;                         // looks at all

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
    u32 next_ = 0;    // both count up for ever; the slot is the number modulo kRingSize
    u32 oldest_ = 0;  // the first not reclaimed
    Counters counters_;
    TxContext context_;  // what the hardware was told last
    std::array<net::Mbuf*, kRingSize> mbufs_{};
};

// May the frame go out as it is?
inline bool is_fit_for_wire(const net::Mbuf& frame) {
    return frame.is_simple() && frame.length() >= kMinFrame && frame.length() <= kMaxFrame;
}
// Makes it fit: pads it with zeros to Ethernet's minimum. Inval: shorter than an Ethernet header, or no room
// to pad. MsgSize: longer than Ethernet carries, and not to be cut into segments.
Result<> make_fit_for_wire(net::Mbuf& frame);

}  // namespace dev
