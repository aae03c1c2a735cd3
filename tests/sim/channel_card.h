// The network card of a stack in a program: the program's side of a packet channel. It copies frames between
// its stack's mbufs and the channel's buffers; user/lib/ustack has a card that does not.
#pragma once

#include <deque>
#include <functional>

#include "abi/channel_ring.h"
#include "net/channel/channel.h"
#include "packets.h"

namespace sim {

class ChannelCard final : public net::NetDevice {
  public:
    // piece: how many bytes of a buffer are used; a longer frame takes several.
    ChannelCard(net::Channel& channel, u16 piece);
    net::MacAddr mac() const override;
    // Not before start(): the kernel has announced the address.
    bool link_up() const override { return started_; }
    net::NetDeviceCounters counters() const override { return {}; }
    Result<> transmit(net::MbufPtr& frame) override;
    Result<> wait_for_room() override;
    void reclaim() override;

    // Lends buffers for received frames.
    void start();
    // The program is about to crash: nothing is sent any more.
    void off() { started_ = false; }
    // Passes at most `most` received frames up. True: there may be more.
    bool receive(usize most);
    // Gives posted frames to the kernel, and signals if it is not looking.
    void flush();

    // Called when a frame is posted that flush() has to publish.
    std::function<void()> posted;
    // Called with each frame, as it will be on the wire.
    std::function<void(const packets::Packet&)> sent, received;

    // What the counters must agree with.
    u64 frames_in = 0, frames_out = 0;
    u64 whole_datagrams = 0;  // of frames_in, UDP datagrams in one frame
    u64 refused = 0;          // frames of `sent` that the kernel has not sent

  private:
    u32 room() const { return transmit_.count - (transmit_.posted - transmit_.reaped); }
    void post(const packets::Packet& frame, u16 flags, u16 segment);
    packets::Packet take_frame();
    bool has_frame() const;

    net::Channel& channel_;
    net::ChannelMemory& memory_;
    const u16 piece_;
    channel_program receive_, transmit_;
    std::deque<usize> pieces_;  // for each posted frame: how many frames will be on the wire
    bool started_ = false, unpublished_ = false;
};

}  // namespace sim
