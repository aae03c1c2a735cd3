// Packets that arrive in several mbufs: a device has merged frames, and the total length is that of all.
#include "net/proto/flow.h"
#include "net_test.h"
#include "new_mbuf.h"

using namespace net;
using packets::filled;
using packets::Packet;

namespace {

struct IpChain : NetTest {
    IpChain() { introduce(kPeer, kPeerMac); }

    static MbufPtr mbuf_of(Bytes b) {
        MbufPtr m = new_mbuf();
        std::copy(b.begin(), b.end(), m->put(b.size()));
        return m;
    }
    // Receives a packet of which the first mbuf has `head` bytes.
    void receive_in_two(const Packet& ip, usize head, Offload mark = Offload::None) {
        const Packet frame = packets::ether(kOurMac, kPeerMac, EtherType::Ipv4, ip);
        const usize first = sizeof(EtherHeader) + head;
        MbufPtr m = mbuf_of(Bytes(frame).first(first));
        if (first < frame.size()) m->append(mbuf_of(Bytes(frame).subspan(first)));
        m->set_offload(mark);
        net_rx(device, std::move(m));
    }
    static packets::Ip ip() { return {.src = kPeer, .dst = kOurs, .protocol = 1}; }
    static Packet echo() {
        return packets::ipv4(ip(), packets::icmp(IcmpType::EchoRequest, 0, 1, 1, filled(100)));
    }
};

TEST_F(IpChain, ReachesItsProtocolWhole) {
    receive_in_two(echo(), 28);
    EXPECT_EQ(SentIp(device.take_sent()).data(), filled(100));
}

TEST_F(IpChain, IsCutToTheLengthInItsHeader) {
    receive_in_two(packets::join(echo(), filled(7)), 28);
    EXPECT_EQ(SentIp(device.take_sent()).data(), filled(100));
}

TEST_F(IpChain, HasTheWholeHeaderInTheFirstMbuf) {
    receive_in_two(echo(), 19);
    EXPECT_EQ(count(Stat::ip_bad_header), 1u);
    receive_in_two(echo(), 20);
    EXPECT_EQ(count(Stat::ip_bad_header), 1u);
    EXPECT_EQ(count(Stat::icmp_bad), 1u) << "ICMP's header is not there";
    nothing_was_sent();
}

TEST_F(IpChain, IsNoLongerThanItsMbufs) {
    Packet cut = echo();
    cut.pop_back();
    receive_in_two(cut, 28);
    EXPECT_EQ(count(Stat::ip_bad_header), 1u);
    nothing_was_sent();
}

// No device merges fragments, so the length would be that of the first one only.
TEST_F(IpChain, IsNoFragment) {
    auto fields = ip();
    fields.flags_offset = Ipv4Header::kMoreFragments;
    const Packet fragment = packets::ipv4(fields, filled(80));
    receive_in_two(fragment, 60);
    receive_in_two(packets::join(fragment, filled(8)), fragment.size());
    EXPECT_EQ(count(Stat::ip_bad_header), 2u);
    EXPECT_EQ(count(Stat::ip_fragments_in), 0u);
}

// --- UDP

struct UdpChain : IpChain {
    OpenSocket s = udp_socket(kPeer, 2000, 7);

    static Packet datagram(const Packet& payload, std::optional<u16> length = {},
                           std::optional<u16> checksum = {}) {
        return packets::udp_packet({kPeer, kOurs, 7, 2000, length, checksum}, payload);
    }
};

TEST_F(UdpChain, IsDeliveredWhole) {
    receive_in_two(datagram(filled(500)), 100);
    EXPECT_EQ(read(*s).data, filled(500));
    receive_in_two(datagram(filled(3), 8 + 3), 28);
    EXPECT_EQ(read(*s).data, filled(3));
    EXPECT_EQ(count(Stat::udp_in), 2u);
}

TEST_F(UdpChain, MayBeEmpty) {
    receive_in_two(datagram(filled(4), 8, 0), 28);
    EXPECT_EQ(read(*s), (ReadResult{Errno::None, {}}));
}

TEST_F(UdpChain, IsCutToTheLengthInItsHeader) {
    receive_in_two(datagram(filled(500), 8 + 10, 0), 100);
    EXPECT_EQ(read(*s).data, filled(10));
    receive_in_two(datagram(filled(500), 8 + 90, 0), 100);
    EXPECT_EQ(read(*s).data, filled(90)) << "which ends in the second mbuf";
}

TEST_F(UdpChain, IsDroppedIfItsLengthIsWrong) {
    for (u16 length : {0, 7, 8 + 501}) receive_in_two(datagram(filled(500), length, 0), 100);
    receive_in_two(datagram(filled(500)), 20);
    EXPECT_EQ(count(Stat::udp_bad), 4u) << "the last one has no header in the first mbuf";
    EXPECT_EQ(s->queued(), 0u);
}

TEST_F(UdpChain, NeedsNoChecksum) {
    receive_in_two(datagram(filled(500), {}, 0), 100);
    EXPECT_EQ(read(*s).data, filled(500));
}

// RFC 768: a computed zero is sent as all ones; zero means that there is no checksum.
TEST_F(UdpChain, IsSentWithAZeroChecksumAsAllOnes) {
    Packet payload = filled(3000);
    payload[0] = payload[1] = 0;
    const Packet probe = packets::udp({kOurs, kPeer, 2000, 7}, payload);
    payload[0] = probe[6], payload[1] = probe[7];
    EXPECT_OK(write(*s, payload));
    const SentIp first(device.take_sent());
    EXPECT_EQ(Packet(first.payload.begin() + 6, first.payload.begin() + 8), (Packet{0xff, 0xff}));
}

TEST_F(UdpChain, IsCheckedUnlessTheDeviceHasDoneSo) {
    constexpr u16 kWrong = 0x1234;
    for (usize head : {100, 528}) {  // two mbufs, and one
        receive_in_two(datagram(filled(500), {}, kWrong), head);
        EXPECT_EQ(s->queued(), 0u);
        receive_in_two(datagram(filled(500), {}, kWrong), head, Offload::Verified);
        EXPECT_EQ(read(*s).data, filled(500));
    }
    EXPECT_EQ(count(Stat::udp_bad_checksum), 2u);
}

}  // namespace
