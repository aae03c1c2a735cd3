#include "net_test.h"

using namespace net;
using packets::Packet;

namespace {

struct Udp : NetTest {
    Udp() { introduce(kGateway, kGatewayMac); }
    OpenSocket s = udp_socket();
    packets::Udp to_us() const { return {kGateway, kOurs, 7, 2000}; }
};

TEST_F(Udp, SendsADatagram) {
    EXPECT_EQ(value_of(write(*s, packets::text("a message"))), 9u);
    const SentIp sent(device.take_sent());
    EXPECT_EQ(sent.ether.dst, kGatewayMac);
    EXPECT_EQ(sent.ip.src, kOurs);
    EXPECT_EQ(sent.ip.dst, kGateway);
    EXPECT_EQ(sent.udp().src_port, 2000);
    EXPECT_EQ(sent.udp().dst_port, 7);
    EXPECT_EQ(sent.udp().length, 17);
    EXPECT_EQ(as_text(sent.data()), "a message");
    EXPECT_EQ(count(Stat::udp_out), 1u);
}

TEST_F(Udp, SendsEveryLengthItMay) {
    for (usize n = 0; n <= 1472; n += n < 70 ? 1 : 67) {
        EXPECT_EQ(value_of(write(*s, packets::filled(n))), n);
        const SentIp sent(device.take_sent());
        EXPECT_EQ(sent.udp().length, n + 8);  // udp() also checks the checksum
        EXPECT_EQ(sent.data(), packets::filled(n));
    }
    EXPECT_EQ(value_of(write(*s, packets::filled(1472))), 1472u);
    EXPECT_EQ(SentIp(device.take_sent()).bytes.size(), kEtherMaxFrame);
}

TEST_F(Udp, SendsAZeroChecksumAsAllOnes) {
    // A payload that makes the checksum zero: the one's complement of the rest.
    Packet payload{0, 0};
    const Packet probe = packets::udp({kOurs, kGateway, 2000, 7}, payload);
    payload = {probe[6], probe[7]};
    EXPECT_OK(write(*s, payload));
    EXPECT_EQ(SentIp(device.take_sent()).udp().checksum, 0xffff);
}

TEST_F(Udp, DeliversADatagram) {
    receive_ip(packets::udp_packet(to_us(), packets::text("this is the host!")));
    EXPECT_EQ(as_text(read(*s).data), "this is the host!");
    EXPECT_EQ(count(Stat::udp_in), 1u);
}

TEST_F(Udp, DeliversEveryLength) {
    for (usize n : {0, 1, 2, 1471, 1472}) {
        receive_ip(packets::udp_packet(to_us(), packets::filled(n)));
        EXPECT_EQ(read(*s), (ReadResult{Errno::None, packets::filled(n)}));
    }
}

TEST_F(Udp, AcceptsADatagramWithoutChecksum) {
    auto f = to_us();
    f.checksum = 0;
    receive_ip(packets::udp_packet(f, packets::text("unchecked")));
    EXPECT_EQ(as_text(read(*s).data), "unchecked");
}

TEST_F(Udp, DropsAWrongChecksum) {
    auto f = to_us();
    f.checksum = 0x1234;
    receive_ip(packets::udp_packet(f, packets::text("spoilt")));
    EXPECT_EQ(count(Stat::udp_bad_checksum), 1u);
    EXPECT_EQ(s->queued(), 0u);
}

TEST_F(Udp, DropsEachWrongLength) {
    for (u16 length : {0, 7, 12, 0xffff}) {
        auto f = to_us();
        f.length = length;
        receive_ip(packets::udp_packet(f, packets::text("abc")));
    }
    const Packet whole = packets::udp(to_us(), {});
    for (usize n = 0; n < whole.size(); n++) {
        receive_ip(packets::ipv4({.src = kGateway, .dst = kOurs, .protocol = 17},
                                 Packet(whole.begin(), whole.begin() + static_cast<long>(n))));
    }
    EXPECT_EQ(count(Stat::udp_bad), 4u + 8u);
    EXPECT_EQ(s->queued(), 0u);
    nothing_was_sent();
}

TEST_F(Udp, CutsOffBytesBehindTheDatagram) {
    auto f = to_us();
    f.length = 8 + 3;
    f.checksum = 0;
    receive_ip(packets::udp_packet(f, packets::text("abcdef")));
    EXPECT_EQ(as_text(read(*s).data), "abc");
}

TEST_F(Udp, DeliversToTheExactPairOfPortsAndAddressesOnly) {
    for (packets::Udp f : {packets::Udp{kPeer, kOurs, 7, 2000},
                           {kGateway, kOurs, 8, 2000},
                           {kGateway, kOurs, 7, 2001},
                           {kGateway, kOurs, 0, 0}}) {
        receive_ip(packets::udp_packet(f, packets::text("stray")));
    }
    EXPECT_EQ(s->queued(), 0u);
    EXPECT_EQ(count(Stat::udp_no_socket), 4u);
}

TEST_F(Udp, KeepsManySocketsApart) {
    std::vector<OpenSocket> sockets;
    for (u16 port = 3000; port < 3200; port++) sockets.push_back(udp_socket(kGateway, port, 7));
    for (u16 port = 3000; port < 3200; port++) {
        receive_ip(packets::udp_packet({kGateway, kOurs, 7, port}, {static_cast<u8>(port)}));
    }
    for (auto& each : sockets) {
        EXPECT_EQ(read(*each).data, Packet{static_cast<u8>(endpoint_of(*each).key().local_port)});
    }
}

TEST_F(Udp, ReachesAFarHostByTheGateway) {
    auto far = udp_socket(kFar, 0, 53);
    EXPECT_OK(write(*far, packets::text("query")));
    const SentIp sent(device.take_sent());
    EXPECT_EQ(sent.ether.dst, kGatewayMac);
    EXPECT_EQ(sent.ip.dst, kFar);
    receive_ip(to_socket(*far, packets::text("answer")));
    EXPECT_EQ(as_text(read(*far).data), "answer");
}

}  // namespace
