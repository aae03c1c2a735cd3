// A network device that records sent frames in a list. Its ring can be made full.
#pragma once

#include <deque>
#include <functional>
#include <mutex>

#include "net/core/netdev.h"
#include "packets.h"

class FakeDevice final : public net::NetDevice {
  public:
    explicit FakeDevice(net::MacAddr mac, const char* name = "fake0", u32 features = 0,
                        u16 mtu = net::kEtherMtu)
        : NetDevice(name, features, mtu), mac_(mac) {}

    std::deque<packets::Packet> sent;  // oldest first, as on the wire
    long room = -1;                    // how many more frames the ring takes; negative: unlimited
    bool up = true;
    bool keeps = false;  // frames stay in the ring after they were sent, until reclaim()
    net::MbufQueue kept;
    std::function<Result<>()> on_wait;  // called by wait_for_room; if null, the ring becomes unlimited
    unsigned waits = 0;

    // Removes and returns the oldest sent frame; empty if there is none.
    packets::Packet take_sent();
    // Passes a frame to the stack as a NIC driver does.
    void receive(const packets::Packet& frame);

    net::MacAddr mac() const override { return mac_; }
    bool link_up() const override { return up; }
    net::NetDeviceCounters counters() const override { return {}; }
    Result<> transmit(net::MbufPtr& frame) override;
    Result<> wait_for_room() override;
    void reclaim() override {
        if (!keeps) kept.clear();
    }

  private:
    net::MacAddr mac_;
    std::mutex sending_;  // for tests in which several threads send
};
