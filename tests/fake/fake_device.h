// A network device whose wire is a list: what is sent can be looked at, and its ring can be full.
#pragma once

#include <deque>
#include <functional>

#include "net/core/netdev.h"
#include "packets.h"

class FakeDevice final : public net::NetDevice {
  public:
    explicit FakeDevice(net::MacAddr mac, const char* name = "fake0", u32 features = 0,
                        u16 mtu = net::kEtherMtu)
        : NetDevice(name, features, mtu), mac_(mac) {}

    std::deque<packets::Packet> sent;  // oldest first, as they are on the wire
    long room = -1;                    // how many more frames the ring takes; negative: any number
    bool up = true;
    std::function<Result<>()> on_wait;  // called by wait_for_room; without one it makes room for all
    unsigned waits = 0;

    // What was sent first, taken off the list; empty when nothing was.
    packets::Packet take_sent();
    // Hands a frame to the stack as the driver of a real NIC does.
    void receive(const packets::Packet& frame);

    net::MacAddr mac() const override { return mac_; }
    bool link_up() const override { return up; }
    net::NetDeviceCounters counters() const override { return {}; }
    Result<> transmit(net::MbufPtr& frame) override;
    Result<> wait_for_room() override;
    void reclaim() override {}

  private:
    net::MacAddr mac_;
};
