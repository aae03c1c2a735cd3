// The kernel's side of a channel's receive ring: copies frames into the buffers that the program has posted.
#pragma once

#include <optional>

#include "abi/channel_ring.h"
#include "lib/string.h"
#include "net/channel/memory.h"
#include "net/core/mbuf.h"

namespace net {

// - Not synchronised: the channel's lock is held.
class ReceiveRing {
  public:
    explicit ReceiveRing(ChannelMemory& memory)
        : memory_(memory), ring_{&memory.receive_ring(), memory.receive_slots(), memory.slots(), 0, 0} {}

    enum class Outcome : u8 { Received, NoBuffer, Lie };

    // Copies a frame of this length into the next buffers, as many as it needs; of the chain and with all
    // fragments. The completions have these flags. NoBuffer: too few are posted, and nothing has changed.
    // Lie: the program has posted something impossible.
    [[gnu::always_inline]] Outcome put(const Mbuf& frame, usize length, u16 flags) {
        const u32 posted = channel_requests(&ring_);
        if (!channel_possible(&ring_, posted)) [[unlikely]]
            return Outcome::Lie;
        if (posted == 0) [[unlikely]]
            return Outcome::NoBuffer;
        const channel_slot slot = channel_request(&ring_, 0);
        u8* to = memory_.at(slot);
        if (!to) [[unlikely]]
            return Outcome::Lie;
        if (length > slot.length || frame.is_scattered()) [[unlikely]]
            return put_parts(frame, length, posted, flags);
        memcpy(to, frame.data(), length);
        complete(slot, length, flags);
        channel_publish_completions(&ring_);
        return Outcome::Received;
    }
    // Has the program reaped all completions? If not, it does not wait for another.
    bool all_reaped() const { return ring_.completed == CHANNEL_PEEK(ring_.ring->reaped); }

    // How many completions the program has not yet reaped. Nothing: it lies.
    std::optional<u32> unreaped() const {
        const u32 n = ring_.completed - CHANNEL_LOAD(ring_.ring->reaped);
        return n <= ring_.count ? std::optional(n) : std::nullopt;
    }
    u32 posted() const { return channel_requests(&ring_); }

  private:
    Outcome put_parts(const Mbuf& frame, usize length, u32 posted, u16 flags);
    void scatter(const Mbuf& frame, const channel_slot* to);
    void complete(channel_slot slot, usize n, u16 flags) {
        slot.length = static_cast<u16>(n);
        slot.flags = flags;
        slot.segment = 0;
        slot.status = 0;
        channel_take(&ring_, 1);
        channel_complete(&ring_, &slot);
    }

    ChannelMemory& memory_;
    channel_kernel ring_;
};

}  // namespace net
