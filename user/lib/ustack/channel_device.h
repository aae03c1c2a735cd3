// ChannelDevice: the network card of a stack in a program: a packet channel (abi/channel.h).
//
// The stack's mbufs are the channel's buffers (memory.h), so a frame is never copied here. A received frame
// is in the mbuf that was posted; a frame to send is posted where it is, each of its fragments in a slot.
//
//   buffer:  | Mbuf | headroom | the kernel puts the frame here ...   |      receive
//            | Mbuf | ... | headers | ...                fragments    |      transmit: a slot for each range
#pragma once

#include "abi/channel_ring.h"
#include "abi/poll.h"
#include "net/core/netdev.h"
#include "ustack/event_loop.h"

namespace ustack {

// - What it posts is published by flush(), so that a batch of frames needs one signal at most.
// - The kernel is trusted: it has access to the program's memory anyway.
class ChannelDevice final : public net::NetDevice, public EventSource {
  public:
    // fd: the channel, `memory`: its mapped memory, which is_usable(). The mbufs' pages must be its buffers.
    ChannelDevice(int fd, channel_memory& memory);

    // Has it the layout of this version, and buffers for all mbufs?
    static bool is_usable(const channel_memory& memory);
    static u8* buffers_of(channel_memory& memory) {
        return reinterpret_cast<u8*>(&memory) + memory.buffers_at;
    }

    // Posts receive buffers. Only then the link is up: the kernel has announced the address, not we.
    void start();

    int fd() const { return fd_; }
    // revents: poll()'s answer for fd(). The kernel shuts a channel only for a bug of ours: then it panics.
    static void check(short revents);

    // system::poll() of n descriptors, fd() among them. It also hands the frames that are posted to the
    // kernel, so it saves the signal of flush().
    int poll(pollfd* fds, usize n, Instant deadline);

    // Frames that are posted and not yet completed.
    bool is_sending() const { return transmit_.posted != transmit_.reaped; }

    net::MacAddr mac() const override;
    bool link_up() const override { return started_; }
    net::NetDeviceCounters counters() const override { return counters_; }
    Result<> transmit(net::MbufPtr& frame) override;
    Result<> wait_for_room() override;
    void reclaim() override;

    bool work() override;
    void flush() override;
    void sleep(Instant deadline) override;

  private:
    static constexpr usize kBatch =
        64;  // frames received at once: then timers and the program have their turn

    // channel_receive.cc
    u32 frame_length(u32 completed) const;
    u32 receive(net::MbufQueue& batch);
    net::MbufPtr take_slot();
    net::MbufPtr take_frame(u32 slots);
    bool post_receive(net::MbufPtr m);
    u32 refill(u32 count);
    void drop(net::MbufPtr frame, u32 missing);

    u32 post(const net::Mbuf& frame);
    bool publish();
    static u32 index_of(const channel_program& ring, u32 request) { return request & (ring.count - 1); }

    const int fd_;
    channel_memory& memory_;
    channel_program receive_, transmit_;
    u8* const buffers_;
    bool started_ = false;
    bool unpublished_ = false;     // frames were posted since the last flush()
    bool waits_for_room_ = false;  // a completion in the transmit ring ends sleep()
    net::NetDeviceCounters counters_{};
    // By slot. The mbuf that is lent for a frame; the frame whose last range is in this slot.
    net::MbufPtr lent_[CHANNEL_MOST_SLOTS], sending_[CHANNEL_MOST_SLOTS];
};

}  // namespace ustack
