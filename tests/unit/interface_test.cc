// No frame leaves that is longer than the link allows.
#include "net_test.h"
#include "new_mbuf.h"

using namespace net;

namespace {

constexpr u16 kMtu = 600;
constexpr u32 kOffload = NetDevice::kGather | NetDevice::kTcpSegments;

struct OnALink : NetTest {
    explicit OnALink(u32 features = kOffload) : NetTest(features, kMtu), data(new_mbuf(0)) {
        data->put(1000);
    }
    Result<> send(MbufPtr m) {
        return interface->send_frame(std::move(m), kPeerMac, EtherType::Ipv4, WhenFull::Drop);
    }
    // An IP packet with this many bytes of headers, and data in a second mbuf.
    MbufPtr packet(usize headers, usize parts) {
        MbufPtr m = new_mbuf();
        m->put(headers);
        EXPECT_TRUE(!parts || m->attach(*data, data->data(), parts));
        return m;
    }
    MbufPtr data;
};

TEST_F(OnALink, AFrameMayBeAsLongAsTheMtuAndNoLonger) {
    EXPECT_EQ(interface->mtu(), kMtu);
    EXPECT_OK(send(packet(kMtu, 0)));
    EXPECT_OK(send(packet(40, kMtu - 40)));
    EXPECT_EQ(device.sent.size(), 2u);
    EXPECT_EQ(count(Stat::tx_oversize), 0u);
    EXPECT_ERROR(send(packet(kMtu + 1, 0)), MsgSize);
    EXPECT_ERROR(send(packet(40, kMtu - 39)), MsgSize);
    EXPECT_EQ(device.sent.size(), 2u);
    EXPECT_EQ(count(Stat::tx_oversize), 2u);
}

TEST_F(OnALink, TheDeviceMayCutSegmentsAsLongAsTheMtuAndNoLonger) {
    for (usize segment : {usize{kMtu - 40}, usize{kMtu - 39}}) {
        MbufPtr m = packet(40, 1000);
        m->data()[32] = 0x50;  // a TCP header without options
        m->set_offload(Offload::TcpSegments, segment);
        EXPECT_EQ(send(std::move(m)).ok(), segment + 40 == kMtu);
    }
    EXPECT_EQ(device.sent.size(), 2u);
    EXPECT_EQ(count(Stat::tx_oversize), 1u);
}

TEST_F(OnALink, NoLengthIsAllowedWhileTheInterfaceIsDown) {
    EXPECT_OK(stack->set_up(*interface, false));
    for (usize length : {usize{0}, usize{kMtu}}) EXPECT_ERROR(send(packet(length, 0)), NetDown);
    EXPECT_ERROR(send(packet(kMtu + 1, 0)), MsgSize);
    EXPECT_EQ(count(Stat::tx_interface_down), 2u);
    EXPECT_EQ(count(Stat::tx_oversize), 1u);
    nothing_was_sent();
}

// --- a device that takes only frames in one piece, which the fake device checks

struct OnALinkWithoutGathering : OnALink {
    OnALinkWithoutGathering() : OnALink(0) {}
};

TEST_F(OnALinkWithoutGathering, AFrameIsCopiedIntoOneMbuf) {
    for (usize parts : {usize{1}, usize{kMtu - 40}}) {
        EXPECT_OK(send(packet(40, parts)));
        EXPECT_EQ(device.take_sent().size(), sizeof(EtherHeader) + 40 + parts);
    }
    EXPECT_ERROR(send(packet(40, kMtu - 39)), MsgSize);
    EXPECT_EQ(count(Stat::tx_oversize), 1u);
}

TEST_F(OnALinkWithoutGathering, AFrameThatDoesNotFitIntoOneMbufIsNotSent) {
    MbufPtr m = new_mbuf(kMbufSize - sizeof(Mbuf) - 100);
    m->put(40);
    EXPECT_TRUE(m->attach(*data, data->data(), kMtu - 40));
    EXPECT_ERROR(send(std::move(m)), MsgSize);
    EXPECT_EQ(count(Stat::tx_failed), 1u) << "it is not too long for the link";
    EXPECT_EQ(count(Stat::tx_oversize), 0u);
}

}  // namespace
