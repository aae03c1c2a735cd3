// A host: one of our stacks with a card on a link of the network. It may pause, and it may crash and boot
// again with the same address.
#pragma once

#include <deque>
#include <memory>

#include "network.h"
#include "open_sockets.h"

namespace sim {

class Host;

class Card final : public net::NetDevice {
  public:
    Card(Host& host, u32 features) : NetDevice("eth0", features), host_(host) {}
    net::MacAddr mac() const override;
    bool link_up() const override { return true; }
    net::NetDeviceCounters counters() const override { return {}; }
    Result<> transmit(net::MbufPtr& frame) override;
    Result<> wait_for_room() override { return {}; }
    void reclaim() override {}

  private:
    Host& host_;
};

class Host {
  public:
    Host(u32 number, u32 features, Network& network, Report& report);
    ~Host();

    void boot();
    // The stack and its card vanish: nothing is sent any more. All sockets must be closed between off() and
    // crash().
    void off() { on_ = false; }
    void crash();
    void pause() { pauses_++; }
    void resume();

    // A frame arrives. While the host pauses, its ring holds kRing frames.
    void arrive(const packets::Packet& frame, bool damaged);

    bool on() const { return on_; }
    bool has_stack() const { return stack_ != nullptr; }
    bool runs() const { return on_ && pauses_ == 0; }
    u32 number() const { return number_; }
    net::Stack& stack() { return *stack_; }
    // Has anything happened since the programs ran last?
    bool take_news() { return std::exchange(news_, false); }
    void wake() { news_ = true; }

    // Called with each frame that the card sends.
    std::function<void(const packets::Packet&)> sent;

    // What the counters must agree with (counters.cc).
    struct Seen {
        u64 frames_in = 0, damaged_in = 0, frames_out = 0;
        u64 datagrams_read = 0;
    };
    Seen seen;
    void check_counters();
    // Every connection has ended and every socket is closed: is anything left?
    void check_empty();
    // Have all connections ended, those in TIME-WAIT too, and all reassemblies?
    bool is_quiet();

  private:
    friend class Card;
    void take(const packets::Packet& frame, bool damaged);
    void pass_up();
    void add_totals();
    static constexpr usize kRing = 64;

    const u32 number_;
    Network& network_;
    Report& report_;
    Card card_;
    std::unique_ptr<net::Stack> stack_;
    bool on_ = false, news_ = false;
    int pauses_ = 0;
    net::MbufQueue ring_;
};

usize vsock_connections_of(net::Stack& stack);

}  // namespace sim
