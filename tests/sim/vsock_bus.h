// The transport of AF_VSOCK between the hosts. Each host has a device with a short queue of packets that it
// sends; a packet takes time, and waits as long as its receiver pauses. As virtio promises, it loses nothing,
// except by a crash or a reset of the transport.
#pragma once

#include <deque>

#include "host.h"
#include "vsock_watch.h"

namespace sim {

inline constexpr u32 kVsockPort = 5000;

inline u32 cid_of(u32 host) { return host + net::kVsockFirstGuestCid; }

class VsockBus;

class VsockPort final : public net::VsockDevice {
  public:
    VsockPort(VsockBus& bus, Host& host) : VsockDevice("vsock0"), bus_(bus), host_(host) {}
    u32 cid() const override { return cid_of(host_.number()); }
    bool has_seqpacket() const override { return true; }
    net::VsockDeviceCounters counters() const override { return {}; }
    Result<> transmit(net::MbufPtr& packet) override;

    // The nature of the device.
    Duration delay{};
    usize room = 64;     // packets
    usize piece = 4096;  // bytes; longer data are cut on the way

    // What the stack's counters must agree with.
    u64 sent = 0, received = 0;

  private:
    friend VsockBus;
    struct InTransit {
        Instant due;
        VsockWirePacket packet;
    };
    void add(VsockWirePacket packet);
    void schedule();
    void deliver();
    void give_room();

    VsockBus& bus_;
    Host& host_;
    std::deque<InTransit> queue_;
    bool refused_ = false, scheduled_ = false;
};

class VsockBus {
  public:
    VsockBus(Agenda& agenda, Report& report) : agenda_(agenda), report_(report), watch_(report) {}

    // The hosts are added in the order of their numbers.
    void add(Host& host) { ports_.push_back(std::make_unique<VsockPort>(*this, host)); }
    VsockPort& port(u32 host) { return *ports_[host]; }
    VsockWatch& watch() { return watch_; }

    // A host has booted, is about to crash, or runs again after a pause.
    void boot(u32 host);
    void crash(u32 host);
    void resume();
    // The transport of a host is reset: all packets from it and to it are lost, and all its connections end.
    void reset(u32 host);

    // Do the counters of a host agree with what its device has carried?
    void check_counters(u32 host);

  private:
    friend VsockPort;
    VsockPort* find(u64 cid);
    void lose_packets_of(u32 host);

    Agenda& agenda_;
    Report& report_;
    VsockWatch watch_;
    std::vector<std::unique_ptr<VsockPort>> ports_;
};

}  // namespace sim
