// No frame leaves that is longer than the link allows.
#include "net_test.h"
#include "new_mbuf.h"

using namespace net;

namespace {

constexpr u16 kMtu = 600;
constexpr u32 kOffload = NetDevice::kGather | NetDevice::kTcpSegments;

struct OnALink : NetTest {
    OnALink() : NetTest(kOffload, kMtu), data(new_mbuf(0)) { data->put(1000); }
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

}  // namespace
