// The kernel's side of a channel's transmit ring, in two halves that different locks guard: TransmitIntake
// takes what the program has posted, TransmitOutlet returns it, in order, when the device has sent it.
#pragma once

#include <atomic>
#include <optional>

#include "abi/channel_ring.h"
#include "net/channel/memory.h"
#include "net/core/mbuf.h"

namespace net {

class Channel;

// A frame as the program has posted it: what its slots said when they were read.
struct PostedFrame {
    u32 first = 0;  // its first slot
    u32 count = 0;  // of slots
    usize length = 0;
    u16 flags = 0, segment = 0;         // of the first slot
    bool unfinished = false;            // the last slot has CHANNEL_MORE, or there are too many
    Bytes parts[CHANNEL_MOST_PARTS]{};  // in the program's pages, so they may change at any time
};

// A frame between intake and completion. It is the owner of the fragments that are in the program's pages.
class SentFrame final : public MbufMemory {
  public:
    // Whoever uses the frame: the channel itself, until it has passed it to the device, and each fragment.
    // The last one completes it.
    void begin(Channel& channel, u32 slots) {
        channel_ = &channel;
        slots_ = static_cast<u16>(slots);
        users_.store(1, std::memory_order_relaxed);
    }
    void add_users(u32 n) { users_.fetch_add(n, std::memory_order_relaxed); }
    void set_error(Errno error) { error_ = static_cast<u8>(error); }  // None: it was sent
    // True: this was the last user.
    bool drop_user() { return users_.fetch_sub(1, std::memory_order_acq_rel) == 1; }
    void release() override;

    SentFrame* next = nullptr;  // in the channel's list of finished frames

  private:
    friend class TransmitOutlet;
    Channel* channel_ = nullptr;
    std::atomic<u32> users_{0};
    u16 slots_ = 0;
    u8 error_ = 0;       // an Errno
    bool done_ = false;  // guarded by the outlet's lock
};
static_assert(sizeof(SentFrame) == 32, "a power of two, because the index of each frame is divided");

// One SentFrame for each slot; a frame uses that of its first slot.
class SentFrames {
  public:
    Result<> open(u32 slots);  // NoMem
    void close();
    SentFrame& at(u32 index) { return pages_[(index & mask_) / kEach]->frames[(index & mask_) % kEach]; }

  private:
    static constexpr u32 kEach = 4096 / sizeof(SentFrame);
    struct Page {
        SentFrame frames[kEach];
    };
    u32 mask_ = 0;
    Page* pages_[(CHANNEL_MOST_SLOTS + kEach - 1) / kEach] = {};
};

// - Not synchronised.
class TransmitIntake {
  public:
    explicit TransmitIntake(ChannelMemory& memory)
        : memory_(memory), ring_{&memory.transmit_ring(), memory.transmit_slots(), memory.slots(), 0, 0} {}

    u32 posted() const { return channel_requests(&ring_); }
    u32 taken() const { return ring_.taken; }
    // completed: the outlet's position.
    bool is_possible(u32 posted, u32 completed) const {
        return posted <= ring_.count - (ring_.taken - completed);
    }
    // Takes the next frame, of at most `posted` slots, which is not 0. False: a slot is impossible.
    bool take(PostedFrame& frame, u32 posted) {
        const channel_slot slot = channel_request(&ring_, 0);
        const u8* data = memory_.at(slot);
        if (!data) [[unlikely]]
            return false;
        frame.parts[0] = {data, slot.length};
        frame.first = ring_.taken;
        frame.count = 1;
        frame.length = slot.length;
        frame.flags = slot.flags;
        frame.segment = slot.segment;
        frame.unfinished = slot.flags & CHANNEL_MORE;
        if (frame.unfinished && !take_rest(frame, posted)) [[unlikely]]
            return false;
        channel_take(&ring_, frame.count);
        return true;
    }

    // abi/channel_ring.h
    void attend() { channel_attend(&ring_); }
    bool rest() { return channel_rest(&ring_); }

  private:
    bool take_rest(PostedFrame& frame, u32 posted);

    ChannelMemory& memory_;
    channel_kernel ring_;
};

// - Not synchronised.
class TransmitOutlet {
  public:
    TransmitOutlet(ChannelMemory& memory, SentFrames& frames)
        : frames_(frames), ring_{&memory.transmit_ring(), memory.transmit_slots(), memory.slots(), 0, 0} {}

    u32 completed() const { return ring_.completed; }
    // The frame may be completed as soon as those before it are.
    void finish(SentFrame& frame) { frame.done_ = true; }
    // Completes what may be completed. False: nothing.
    bool complete();
    // How many completions the program has not yet reaped. Nothing: it lies.
    std::optional<u32> unreaped() const {
        const u32 n = ring_.completed - CHANNEL_LOAD(ring_.ring->reaped);
        return n <= ring_.count ? std::optional(n) : std::nullopt;
    }

  private:
    SentFrames& frames_;
    channel_kernel ring_;
};

}  // namespace net
