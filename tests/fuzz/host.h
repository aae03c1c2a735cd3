// What the stateful targets share: a host with a hostile link. Frames arrive, time passes, and allocations
// fail as the input says. Afterwards all that the host has used must be free again: mbufs, pages, timers and
// sockets.
#pragma once

#include <map>

#include "fake/net_test.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/target.h"

namespace fuzz {

// A TCP connection as the peer sees it on the wire.
struct Flow {
    u16 ours, theirs;
    u32 next = 0;  // after the last byte that we have heard
    u32 ack = 0;   // what the other side expects of us
};

// While it exists, allocations succeed: a device has memory of its own.
class MemoryForDevice {
  public:
    ~MemoryForDevice() { fake::world().pages_left = pages_, fake::world().fail_at = at_; }

  private:
    long pages_ = std::exchange(fake::world().pages_left, -1), at_ = std::exchange(fake::world().fail_at, 0);
};

class Host : public NetTest {
  public:
    explicit Host(Bytes input);
    ~Host() override;

  protected:
    // Receives the next frame of the input.
    void frame();
    // Takes what was sent: checks it, answers ARP, and learns from TCP segments.
    void look_at_sent();
    void pass(Duration d);
    // The next allocations fail: one, or all from some time on.
    void make_allocations_fail();

    Input in;
    std::vector<Flow> flows;
    packets::Packet last_sent;  // an IP packet of ours, which ICMP errors quote
    bool answers_arp = true;

  private:
    void TestBody() override {}
    void deliver(packets::Packet f);
    void arrive(const packets::Packet& f);
    packets::Packet tcp();
    packets::Packet udp();
    packets::Packet icmp();
    packets::Packet icmp_error();
    packets::Packet fragment();
    packets::Packet arp();
    packets::Packet options();
    void heard(const packets::Packet& sent);
    void heard_tcp(const net::TcpSegment& sent);
    void counters_add_up();
};

}  // namespace fuzz
