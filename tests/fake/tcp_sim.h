// Two stacks connected by a simulated wire, which loses, duplicates, reorders, damages and delays frames by a
// seed. The clock jumps from event to event, so the run time depends on the packets, not on the simulated
// time.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "agenda.h"
#include "allocation_failure.h"
#include "fake_device.h"
#include "line.h"
#include "open_sockets.h"

namespace sim {

class Wire;

// One end of the wire.
class Port final : public net::NetDevice {
  public:
    Port(Wire& wire, net::MacAddr mac, u32 features, std::mt19937_64& random)
        : NetDevice("sim", features), line(random), wire_(wire), mac_(mac) {}
    net::MacAddr mac() const override { return mac_; }
    bool link_up() const override { return true; }
    net::NetDeviceCounters counters() const override { return {}; }
    Result<> transmit(net::MbufPtr& frame) override;
    Result<> wait_for_room() override { return {}; }
    void reclaim() override {}
    Port* other = nullptr;
    Line line;  // towards the other port

  private:
    Wire& wire_;
    net::MacAddr mac_;
};

// The weather affects both directions, and of all frames only IPv4.
class Wire {
    std::mt19937_64 random_;  // of both directions

  public:
    explicit Wire(u64 seed, u32 features_a = 0, u32 features_b = 0);
    void send(Port& from, packets::Packet frame);
    // Runs events until done() is true, or the time limit. True: done.
    bool run(const std::function<bool()>& done, Duration limit) { return agenda_.run(done, limit); }
    void run_for(Duration d) {
        run([] { return false; }, d);
    }

    Port a, b;
    Weather weather;
    // Called for each IPv4 frame before the weather; false: the frame is lost. May be null.
    std::function<bool(Port& from, const packets::Packet&)> filter;
    u64 carried = 0, lost = 0;

  private:
    Agenda agenda_;
};

// The frames that hardware with segmentation offload (TcpSegments) would send.
std::vector<packets::Packet> as_the_hardware_sends(const net::Mbuf& frame);

inline constexpr net::Ipv4Addr kA{10, 1, 0, 1}, kB{10, 1, 0, 2};

// The fixture: stacks `a` and `b`, and a check for leaks afterwards.
class TwoStacks : public ::testing::Test {
  protected:
    explicit TwoStacks(u64 seed = 1, u32 features = 0);
    ~TwoStacks() override;
    void SetUp() override { fake::begin_body(); }

    Ref<net::Socket> listener(u16 port, int backlog = 16);
    // A connection from a to b's port.
    struct Pair {
        Ref<net::Socket> client, server;
    };
    Pair connected(u16 port = 80);
    bool until(const std::function<bool()>& done, Duration limit = seconds(600)) {
        return wire->run(done, limit);
    }

    std::unique_ptr<Wire> wire;
    std::unique_ptr<net::Stack> a, b;

  private:
    u64 mbufs_before_;
};

// A program at one end: writes and reads whenever possible.
class Talker {
  public:
    Talker(Ref<net::Socket> socket, packets::Packet to_send, usize piece = 8192)
        : socket_(std::move(socket)), out_(std::move(to_send)), piece_(piece) {}
    Talker(Talker&&) = default;
    ~Talker() { close(); }
    // Reads and writes without waiting. Calls shutdown when all is written, and close when all is read.
    void poll();
    bool over() const { return (sent_all_ && at_end_) || error != Errno::None; }
    void close() {
        if (socket_) socket_->close();
        socket_ = {};
    }
    packets::Packet received;
    Errno error = Errno::None;
    bool lazy = false;  // does not read
    net::Socket& socket() { return *socket_; }

  private:
    void write_some();
    void read_some();
    Ref<net::Socket> socket_;
    packets::Packet out_;
    usize piece_, sent_ = 0;
    bool sent_all_ = false, at_end_ = false;
};

packets::Packet random_bytes(usize n, u64 seed);

}  // namespace sim
