// The fixture of the stack's tests: a stack at 10.0.2.15/24 with a fake device, and a gateway and a peer on
// the link. Afterwards it checks that every mbuf, page and socket has been freed.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "allocation_failure.h"
#include "fake_device.h"
#include "open_sockets.h"
#include "world.h"

inline constexpr net::MacAddr kOurMac{{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}};
inline constexpr net::MacAddr kGatewayMac{{0x52, 0x55, 0x0a, 0x00, 0x02, 0x02}};
inline constexpr net::MacAddr kPeerMac{{0x52, 0x55, 0x0a, 0x00, 0x02, 0x03}};
inline constexpr net::Ipv4Addr kOurs{10, 0, 2, 15}, kGateway{10, 0, 2, 2}, kPeer{10, 0, 2, 3};
inline constexpr net::Ipv4Addr kFar{192, 0, 2, 1};  // behind the gateway

// A sent frame, parsed. The constructor fails the test if the frame is malformed.
struct SentIp {
    explicit SentIp(const packets::Packet& frame);
    packets::Packet bytes;  // the whole frame
    net::EtherHeader ether{};
    net::Ipv4Header ip{};
    packets::Packet payload;  // of IP

    net::UdpHeader udp() const;  // checksum verified
    net::IcmpHeader icmp() const;
    net::TcpHeader tcp() const;
    packets::Packet data(usize header = 8) const;  // the payload after a header of this many bytes
};
net::ArpPacket sent_arp(const packets::Packet& frame);

class NetTest : public ::testing::Test {
  protected:
    explicit NetTest(u32 device_features = 0, u16 mtu = net::kEtherMtu);
    ~NetTest() override;
    void SetUp() override { fake::begin_body(); }

    // Receives an IPv4 packet; adds the Ethernet header.
    void receive_ip(const packets::Packet& ip, net::MacAddr dst = kOurMac) {
        device.receive(packets::ether(dst, kGatewayMac, net::EtherType::Ipv4, ip));
    }
    void receive_arp(const packets::Packet& arp, net::MacAddr dst = kOurMac) {
        device.receive(packets::ether(dst, kPeerMac, net::EtherType::Arp, arp));
    }
    // Adds a neighbour to the ARP cache: it sends a request for our address; our reply is removed.
    void introduce(net::Ipv4Addr ip, net::MacAddr mac);

    // A datagram from a socket's remote to the socket.
    packets::Packet to_socket(const net::Socket& s, const packets::Packet& payload) {
        const net::EndpointKey& k = endpoint_of(s).key();
        return packets::udp_packet({k.remote, k.local, k.remote_port, k.local_port}, payload);
    }
    OpenSocket udp_socket(net::Ipv4Addr remote = kGateway, u16 local_port = 2000, u16 remote_port = 7);
    OpenSocket echo_socket(net::Ipv4Addr remote = kGateway);
    void nothing_was_sent() { EXPECT_TRUE(device.sent.empty()) << device.sent.size() << " frames were"; }
    u64 count(net::Stat s) const { return stack->count(s); }

    FakeDevice device;
    std::unique_ptr<net::Stack> stack;
    net::Interface* interface = nullptr;

  private:
    u64 mbufs_before_;
    long pages_before_;
};

// Reads and writes like a user program.
Result<usize> write(net::Socket& s, const packets::Packet& data);
struct ReadResult {
    Errno error;
    packets::Packet data;
    bool operator==(const ReadResult&) const = default;
};
ReadResult read(net::Socket& s, usize room = 2048);
std::string as_text(const packets::Packet& p);

#define EXPECT_OK(expression)                EXPECT_EQ((expression).error(), Errno::None)
#define ASSERT_OK(expression)                ASSERT_EQ((expression).error(), Errno::None)
#define EXPECT_ERROR(expression, errno_name) EXPECT_EQ((expression).error(), Errno::errno_name)
