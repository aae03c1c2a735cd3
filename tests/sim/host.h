// A host: one of our stacks with a card on a link of the network. It may pause, and it may crash and boot
// again with the same address. Its programs may have a stack of their own, which may crash alone.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "application.h"
#include "network.h"
#include "world.h"

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

    // So much later the card reads the frames that it has taken.
    Duration late{};
    void lose_frames();

  private:
    void read();

    Host& host_;
    net::MbufQueue taken_;
    net::platform::Timer read_{[](void* self) { static_cast<Card*>(self)->read(); }, this};
};

class Host {
  public:
    Host(u32 number, u32 features, Network& network, Report& report);
    ~Host();

    void boot();
    // The stack and its card vanish: nothing is sent any more. All sockets must be closed between off() and
    // crash().
    void off();
    void crash();
    // Meanwhile it takes no frames, and its timers do not expire. Which of both it does first afterwards?
    void pause();
    void resume(bool timers_first);
    // Its code runs in the scope of the result.
    [[nodiscard]] fake::OnMachine here() const { return fake::OnMachine(number_ + 1); }

    // A frame arrives. While the host pauses, its ring holds kRing frames. False: the card drops it.
    bool put_in_ring(const packets::Packet& frame, bool damaged);
    void serve_ring();

    // Before boot(): the programs have a stack of their own, over a channel; and the card reads frames late.
    void give_own_stack(const ApplicationSettings& settings, Duration card_is_late);
    void start_application();
    // All sockets of the application must be closed since its off().
    void end_application();
    Application* application() { return application_.get(); }

    bool on() const { return on_; }
    bool has_programs() const { return on_ && (!own_stack_ || application_); }
    bool has_stack() const { return kernel_ != nullptr; }
    bool runs() const { return on_ && pauses_ == 0; }
    u32 number() const { return number_; }
    net::Stack& kernel() { return *kernel_; }
    net::Interface& interface() { return *card_.interface(); }
    // The stack of its programs.
    net::Stack& stack() { return application_ ? application_->stack() : *kernel_; }
    // Calls f with each stack.
    template <class F>
    void each_stack(F f) const {
        f(*kernel_);
        if (application_) f(application_->stack());
    }
    // Binds a program's socket before it sends. Port 0: any, which a stack of its own must claim first.
    Result<> bind(net::Socket& socket, net::IpProtocol protocol, u16 port);
    // Has anything happened since the programs ran last?
    bool take_news() { return std::exchange(news_, false); }
    void wake() { news_ = true; }

    // Called with each frame that the programs' stack sends, and that it receives if it is their own.
    std::function<void(const packets::Packet&)> sent, received;

    // What the counters must agree with (counters.cc).
    struct Seen {
        u64 frames_in = 0, damaged_in = 0, frames_out = 0;
        u64 datagrams_read = 0;
        u64 sent_for_channels = 0;  // of frames_out, by applications that have ended
        bool application_crashed = false;
    };
    Seen seen;
    void count_datagram() { (application_ ? application_->datagrams_read : seen.datagrams_read)++; }
    void check_counters();
    // Every connection has ended and every socket is closed: is anything left? Ends the application.
    void check_empty();
    // Have all connections ended, those in TIME-WAIT too, and all reassemblies?
    bool is_quiet();

  private:
    friend class Card;
    void add_totals(net::Stack& stack);
    std::optional<u64> datagrams_for_channel();
    void check_application();
    void check_nothing_left(net::Stack& stack);
    void put_on_wire(packets::Packet frame);
    static constexpr usize kRing = 64;

    const u32 number_;
    Network& network_;
    Report& report_;
    Card card_;
    std::unique_ptr<net::Stack> kernel_;
    std::optional<ApplicationSettings> own_stack_;
    std::unique_ptr<Application> application_;
    bool on_ = false, news_ = false;
    int pauses_ = 0;
    net::MbufQueue ring_;
    std::deque<packets::Packet> posted_;    // by the own stack, and not yet on the wire
    std::vector<packets::Packet> damaged_;  // that an own stack may get: the kernel does not verify checksums
};

}  // namespace sim
