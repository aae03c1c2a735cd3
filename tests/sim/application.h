// The programs of a host with a stack of their own, over a packet channel of the host's kernel. They look at
// the rings late, and signal late.
#pragma once

#include <memory>

#include "channel_card.h"
#include "open_sockets.h"
#include "report.h"
#include "scenario.h"

namespace sim {

class Host;

struct ApplicationSettings {
    u64 seed;
    u32 slots;
    u16 piece;        // bytes of a buffer that are used
    Duration late{};  // at most so long from a wakeup to a look at the ring, and from a frame to the signal
    bool merges_acks;
};

class Application final : private PollWaiter {
  public:
    // The host's kernel must have its interface.
    Application(Host& host, Report& report, const ApplicationSettings& settings);
    // A crash: the channel is closed with what is in its rings. All sockets must be closed since off().
    ~Application();
    void off() { card_.off(); }

    net::Stack& stack() { return *stack_; }
    ChannelCard& card() { return card_; }
    net::Channel::State state() { return channel_->state(); }

    // Makes the port this application's, or finds a free one if it is 0.
    Result<u16> claim(net::IpProtocol protocol, u16 port);

    u64 datagrams_read = 0;

  private:
    void wake() override { look_later(); }  // with the channel's lock held
    Instant soon();
    void look_later();
    void look();
    void flush();

    Host& host_;
    const Duration late_;
    Dice dice_;
    Ref<net::Channel> channel_;
    PollEntry watch_;
    ChannelCard card_;
    std::unique_ptr<net::Stack> stack_;
    bool looks_soon_ = false;  // look_ is set
    net::platform::Timer look_{[](void* self) { static_cast<Application*>(self)->look(); }, this};
    net::platform::Timer flush_{[](void* self) { static_cast<Application*>(self)->flush(); }, this};
};

}  // namespace sim
