// A scripted DHCP server, in simulated time, for the client's tests.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <map>

#include "dhcp/client.h"
#include "packets.h"

namespace dhcp_kit {

using dhcp::MessageType;
using net::Ipv4Addr;
using net::MacAddr;
using packets::Packet;

inline constexpr MacAddr kUs{{0x52, 0x54, 0, 0x12, 0x34, 0x56}}, kServerMac{{0x52, 0x55, 10, 0, 2, 2}},
    kOtherMac{{0x52, 0x55, 10, 0, 2, 9}};
inline constexpr Ipv4Addr kLent{10, 0, 2, 15}, kServer{10, 0, 2, 2}, kOtherServer{10, 0, 2, 9},
    kDns{10, 0, 2, 3}, kEverybody{255, 255, 255, 255};

Packet address(Ipv4Addr a);
Packet number(u32 n);
// An option: code, length, value.
Packet option(u8 code, const Packet& value);

// A message of the client, parsed by code of the tests' own. The constructor fails the test if it is
// malformed.
struct Said {
    explicit Said(const Packet& frame);
    MessageType type{};
    u32 xid = 0;
    u16 seconds = 0, flags = 0;
    Ipv4Addr client;
    MacAddr to;
    Ipv4Addr from_ip, to_ip;
    std::map<u8, Packet> options;
    bool has(u8 code) const { return options.count(code) > 0; }
    Packet value(u8 code) const { return has(code) ? options.at(code) : Packet{}; }
};
bool is_arp(const Packet& frame);

// A server's message. Every field may be wrong.
struct Answer {
    MessageType type = MessageType::Offer;
    u32 xid = 0;
    Ipv4Addr yours = kLent, server = kServer;
    u32 lease = 3600;
    Packet more = {};                    // options behind these
    std::optional<Packet> all = {};      // instead of all options, with the end
    Packet file = {}, server_name = {};  // the fields
    MacAddr client = kUs, to = kUs, from = kServerMac;
    u8 operation = 2, hardware_type = 1, hardware_length = 6;
    u32 cookie = 0x63825363;
    u16 source_port = 67, target_port = 68;
    std::optional<u16> checksum = {};
};
Packet message_of(const Answer& a);  // the payload of UDP
Packet frame_of(const Answer& a);

// The client, and what it has asked of its program.
class DhcpTest : public ::testing::Test, protected dhcp::DhcpHost {
  protected:
    dhcp::DhcpClient client{*this, kUs, "nx6", 42};
    Instant now{1'000'000'000};
    std::vector<Packet> sent;
    std::vector<Instant> sent_at;
    std::vector<dhcp::DhcpLease> configured;
    int deconfigured = 0;

    void send(Bytes frame) override {
        sent.emplace_back(frame.begin(), frame.end());
        sent_at.push_back(now);
    }
    void configure(const dhcp::DhcpLease& lease) override { configured.push_back(lease); }
    void deconfigure() override { deconfigured++; }

    // Time passes; the client's deadlines are met.
    void pass(Duration d);
    void hear(const Packet& frame) { client.frame_in(frame, now); }
    void answer(const Answer& a) { hear(frame_of(a)); }
    // The only message sent since the last call of this or forget().
    Said take();
    void forget() { sent.clear(), sent_at.clear(); }
    // From the start to the lease.
    void select();                    // until a DISCOVER is sent; returns with it taken
    void request();                   // until a REQUEST is sent
    void acknowledge(Answer a = {});  // until ARP probes begin
    void become_bound(Answer a = {});
    u32 xid = 0;  // of the last message taken
};

}  // namespace dhcp_kit
