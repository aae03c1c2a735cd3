#include "net_test.h"
#include "new_mbuf.h"

using namespace net;
using packets::Packet;

namespace {

struct TcpReset : NetTest {
    TcpReset() { introduce(kPeer, kPeerMac); }
    void receive(TcpFields f, const Packet& data = {}, u16 spoil = 0, Ipv4Addr dst = kOurs,
                 MacAddr mac = kOurMac) {
        f.src_port = 40000;
        f.dst_port = 7;
        receive_ip(packets::tcp_packet({kPeer, dst, f, spoil}, data), mac);
    }
    TcpHeader take_reset() {
        const SentIp s(device.take_sent());
        EXPECT_EQ(s.ip.dst, kPeer);
        EXPECT_EQ(s.payload.size(), sizeof(TcpHeader));
        const TcpHeader h = s.tcp();
        EXPECT_EQ(h.src_port, 7);
        EXPECT_EQ(h.dst_port, 40000);
        EXPECT_EQ(h.window, 0);
        return h;
    }
};

// RFC 9293 section 3.10.7.1: for a segment without ACK, SEQ=0 and ACK=SEG.SEQ+SEG.LEN; the SYN counts as one.
TEST_F(TcpReset, AnswersASyn) {
    receive({.seq = 1000, .flags = TcpFlags::Syn});
    const TcpHeader h = take_reset();
    EXPECT_EQ(h.flags().bits, TcpFlags::Rst | TcpFlags::Ack);
    EXPECT_EQ(h.seq, 0u);
    EXPECT_EQ(h.ack, 1001u);
}

TEST_F(TcpReset, AcknowledgesDataAndFin) {
    receive({.seq = 0xffff'ffff, .flags = TcpFlags::Fin}, packets::text("abc"));
    EXPECT_EQ(take_reset().ack, 3u) << "0xffffffff + 3 + 1 wraps";
}

TEST_F(TcpReset, StandsWhereTheAcknowledgmentSays) {
    receive({.seq = 5, .ack = 777, .flags = TcpFlags::Ack}, packets::text("abc"));
    const TcpHeader h = take_reset();
    EXPECT_EQ(h.flags().bits, TcpFlags::Rst);
    EXPECT_EQ(h.seq, 777u);
    EXPECT_EQ(h.ack, 0u);
    EXPECT_EQ(count(Stat::tcp_reset_out), 1u);
}

TEST_F(TcpReset, AnswersTheLongestSegment) {
    receive({.ack = 1, .flags = TcpFlags::Ack}, packets::filled(1460));
    take_reset();
}

TEST_F(TcpReset, NeverAnswersAReset) {
    receive({.flags = TcpFlags::Rst});
    receive({.flags = TcpFlags::Rst | TcpFlags::Ack});
    nothing_was_sent();
    EXPECT_EQ(count(Stat::tcp_reset_in), 2u);
}

TEST_F(TcpReset, DropsAWrongChecksum) {
    receive({.flags = TcpFlags::Syn}, {}, 1);
    nothing_was_sent();
    EXPECT_EQ(count(Stat::tcp_bad_checksum), 1u);
}

TEST_F(TcpReset, DropsMalformedSegments) {
    const Packet whole = packets::tcp_packet({kPeer, kOurs, {.flags = TcpFlags::Syn}}, {});
    for (usize n = 0; n < 20; n++) {
        receive_ip(packets::ipv4({.src = kPeer, .dst = kOurs, .protocol = 6},
                                 Packet(whole.begin() + 20, whole.begin() + 20 + static_cast<long>(n))));
    }
    Packet bad_offset = whole;
    bad_offset[20 + 12] = 0x40;
    receive_ip(bad_offset);
    EXPECT_EQ(count(Stat::tcp_bad), 21u);
    nothing_was_sent();
}

TEST_F(TcpReset, IgnoresASegmentToEverybody) {
    receive({.flags = TcpFlags::Syn}, {}, 0, {10, 0, 2, 255}, MacAddr::broadcast());
    nothing_was_sent();
    EXPECT_EQ(count(Stat::ip_not_for_us), 1u);
}

TEST_F(TcpReset, LimitsItsResets) {
    for (int i = 0; i < 80; i++) receive({.flags = TcpFlags::Syn});
    EXPECT_EQ(device.sent.size(), 50u);
    EXPECT_EQ(count(Stat::tcp_rate_limited), 30u);
}

TEST_F(TcpReset, CountsAnAnswerWithoutHeadroom) {
    const Packet frame = packets::ether(kOurMac, kPeerMac, EtherType::Ipv4,
                                        packets::tcp_packet({kPeer, kOurs, {.flags = TcpFlags::Syn}}, {}));
    MbufPtr m = new_mbuf(0);
    std::copy(frame.begin(), frame.end(), m->put(frame.size()));
    net_rx(device, std::move(m));
    EXPECT_EQ(device.sent.size(), 1u) << "an emptied mbuf has room for headers as long as the removed ones";
}

}  // namespace
