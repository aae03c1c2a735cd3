// ChannelDevice: how frames pass through the rings, and what happens when a ring or the memory is used up.
#include "net/wire/udp.h"
#include "new_mbuf.h"
#include "ustack_kit.h"

using namespace ustack_kit;
using net::Mbuf;
using net::MbufPtr;
using net::Stat;

namespace {

constexpr net::Ipv4Addr kOurs{10, 0, 2, 15}, kPeer{10, 0, 2, 3};
constexpr net::MacAddr kPeerMac{{0x52, 0x55, 0, 0, 0, 3}};
constexpr u32 kSlots = 16;

MbufPtr mbuf_of(const Packet& bytes) {
    MbufPtr m = new_mbuf();
    std::copy(bytes.begin(), bytes.end(), m->put(bytes.size()));
    return m;
}

class UstackDevice : public UstackTest {
  protected:
    explicit UstackDevice(unsigned offload = 0)
        : us(program(kOurs, kSlots, offload)), device(us.stack.device()) {
        us.sockets.finish();
    }
    Result<> send(MbufPtr m) { return device.transmit(m); }
    // A datagram to us; nobody listens on the port, which the stack counts.
    Packet datagram(usize n = 100) {
        const Packet ip = packets::udp_packet({kPeer, kOurs, 9, 9}, packets::filled(n));
        return packets::ether(device.mac(), kPeerMac, net::EtherType::Ipv4, ip);
    }
    u64 received() { return us.stack.count(Stat::rx_frames); }
    // Takes all mbufs out of the pool.
    std::vector<MbufPtr> exhaust() {
        std::vector<MbufPtr> all;
        while (MbufPtr m = Mbuf::alloc()) all.push_back(std::move(m));
        return all;
    }

    Program& us;
    ustack::ChannelDevice& device;
};

class UstackOffload : public UstackDevice {
  protected:
    UstackOffload() : UstackDevice(CHANNEL_CHECKSUM | CHANNEL_SEGMENTS) {}
};

}  // namespace

TEST_F(UstackDevice, IsTheChannelsCard) {
    EXPECT_EQ(device.mac(), (net::MacAddr{{0x52, 0x54, 0, 0, 0, static_cast<u8>(us.fd)}}));
    EXPECT_EQ(device.mtu(), 1500u);
    EXPECT_EQ(device.features(), net::NetDevice::kGather);
    EXPECT_TRUE(device.link_up());
}

TEST_F(UstackOffload, OffersTheOffloadsOfTheCard) {
    EXPECT_EQ(device.features(),
              net::NetDevice::kGather | net::NetDevice::kTcpChecksum | net::NetDevice::kTcpSegments);
}

TEST_F(UstackDevice, OfAnotherVersionOrWithTooFewBuffersIsNotUsable) {
    channel_memory m = *us.channel().memory;
    EXPECT_TRUE(ustack::ChannelDevice::is_usable(m));
    m.version++;
    EXPECT_FALSE(ustack::ChannelDevice::is_usable(m));
    m = *us.channel().memory;
    m.buffers--;
    EXPECT_FALSE(ustack::ChannelDevice::is_usable(m));
}

TEST_F(UstackDevice, AnnouncesNothingAtTheStart) { EXPECT_TRUE(us.channel().sent.empty()); }

// --- transmit ---

TEST_F(UstackDevice, SendsABatchWithOneSignal) {
    for (u8 i = 0; i < 5; i++) EXPECT_TRUE(send(mbuf_of(packets::filled(60, i))).ok());
    EXPECT_EQ(us.channel().signals, 0u);
    device.flush();
    EXPECT_EQ(us.channel().signals, 1u);
    ASSERT_EQ(us.channel().sent.size(), 5u);
    EXPECT_EQ(us.channel().sent[4], packets::filled(60, 4));
    device.flush();
    EXPECT_EQ(us.channel().signals, 1u) << "nothing was posted since";
}

TEST_F(UstackDevice, DoesNotSignalAKernelThatLooks) {
    us.channel().attends = true;
    kernel.work(us.fd);
    EXPECT_TRUE(send(mbuf_of(packets::filled(60))).ok());
    device.flush();
    EXPECT_EQ(us.channel().signals, 0u);
    kernel.work(us.fd);
    EXPECT_EQ(us.channel().sent.size(), 1u);
}

TEST_F(UstackDevice, SendsFragmentsAndChainsFromWhereTheyAre) {
    MbufPtr data = mbuf_of(packets::filled(1000, 50));
    MbufPtr head = mbuf_of(packets::filled(54));
    ASSERT_TRUE(head->attach(*data, data->data() + 100, 300));
    ASSERT_TRUE(head->attach(*data, data->data() + 400, 200));
    head->append(mbuf_of(packets::filled(10, 7)));
    EXPECT_TRUE(send(std::move(head)).ok());
    device.flush();
    const Packet all = packets::filled(1000, 50);
    const Packet expected = packets::join(packets::join(packets::filled(54), Packet(&all[100], &all[600])),
                                          packets::filled(10, 7));
    EXPECT_EQ(us.channel().sent.at(0), expected);
}

TEST_F(UstackOffload, SaysWhatTheCardHasToDo) {
    MbufPtr frame = mbuf_of(packets::filled(54));
    MbufPtr data = mbuf_of(packets::filled(1000));
    ASSERT_TRUE(frame->attach(*data, data->data(), 1000));
    frame->set_offload(net::Offload::TcpSegments, 400);
    EXPECT_TRUE(send(std::move(frame)).ok());
    for (const u32 slot : {0u, 1u}) {
        const channel_slot& s = us.channel().transmit.slots[slot];
        EXPECT_EQ(s.flags, CHANNEL_SEGMENTS | CHANNEL_CHECKSUM | (slot == 0 ? CHANNEL_MORE : 0));
        EXPECT_EQ(s.segment, 400);
    }
}

TEST_F(UstackDevice, KeepsAFrameUntilItIsCompleted) {
    us.channel().holds_completions = true;
    const u64 before = net::mbuf_usage().in_use();
    EXPECT_TRUE(send(mbuf_of(packets::filled(60))).ok());
    device.flush();
    EXPECT_TRUE(device.is_sending());
    device.reclaim();
    EXPECT_EQ(net::mbuf_usage().in_use(), before + 1);
    kernel.finish_held(us.fd);
    device.reclaim();
    EXPECT_FALSE(device.is_sending());
    EXPECT_EQ(net::mbuf_usage().in_use(), before);
}

TEST_F(UstackDevice, SaysAgainWhenTheRingIsFullAndWaitsForRoom) {
    us.channel().holds_completions = true;
    for (u32 i = 0; i < kSlots; i++) EXPECT_TRUE(send(mbuf_of(packets::filled(60))).ok());
    MbufPtr late = mbuf_of(packets::filled(60));
    EXPECT_EQ(device.transmit(late).error(), Errno::Again);
    ASSERT_TRUE(late) << "the caller keeps the frame";
    kernel.on_idle = [this] { kernel.finish_held(us.fd); };
    EXPECT_TRUE(device.wait_for_room().ok());
    EXPECT_TRUE(device.transmit(late).ok());
    EXPECT_FALSE(late);
    device.flush();
    kernel.finish_held(us.fd);
    EXPECT_EQ(us.channel().sent.size(), kSlots + 1);
    EXPECT_EQ(device.counters().tx_ring_full, 1u);
}

TEST_F(UstackDevice, AFrameForWhichThereIsOnlyPartOfTheRoomIsNotBegun) {
    us.channel().holds_completions = true;
    for (u32 i = 0; i + 1 < kSlots; i++) EXPECT_TRUE(send(mbuf_of(packets::filled(60))).ok());
    MbufPtr two = mbuf_of(packets::filled(30));
    two->append(mbuf_of(packets::filled(30)));
    EXPECT_EQ(device.transmit(two).error(), Errno::Again);
    device.flush();
    EXPECT_EQ(us.channel().sent.size(), kSlots - 1);
    kernel.finish_held(us.fd);
}

TEST_F(UstackDevice, AFrameInTooManyPiecesIsRefused) {
    MbufPtr frame = mbuf_of(packets::filled(20));
    for (u32 i = 0; i < kSlots; i++) frame->append(mbuf_of(packets::filled(20)));
    EXPECT_EQ(device.transmit(frame).error(), Errno::MsgSize);
    EXPECT_FALSE(frame);
    EXPECT_EQ(device.counters().tx_bad, 1u);
}

TEST_F(UstackDevice, CountsFramesThatTheKernelRefused) {
    us.channel().status = -static_cast<int>(Errno::Perm);
    EXPECT_TRUE(send(mbuf_of(packets::filled(60))).ok());
    MbufPtr two = mbuf_of(packets::filled(30));
    two->append(mbuf_of(packets::filled(30)));
    EXPECT_TRUE(send(std::move(two)).ok());
    device.flush();
    device.reclaim();
    EXPECT_EQ(device.counters().tx_bad, 2u) << "one for each frame, not for each slot";
}

TEST_F(UstackDevice, TheIndicesOfTheRingsWrap) {
    for (u32 i = 0; i < 5 * kSlots; i++) {
        EXPECT_TRUE(send(mbuf_of(packets::filled(60, static_cast<u8>(i)))).ok());
        EXPECT_TRUE(kernel.deliver(us.fd, datagram()));
        ustack::event_loop().run();
    }
    EXPECT_GE(us.channel().sent.size(), 5 * kSlots);
    EXPECT_EQ(received(), 5 * kSlots);
}

// --- receive ---

TEST_F(UstackDevice, FillsItsReceiveRing) {
    for (u32 i = 0; i < kSlots; i++) EXPECT_TRUE(kernel.deliver(us.fd, datagram()));
    EXPECT_FALSE(kernel.deliver(us.fd, datagram())) << "the ring has no more buffers";
    EXPECT_TRUE(ustack::event_loop().run());
    EXPECT_EQ(received(), kSlots);
    EXPECT_TRUE(kernel.deliver(us.fd, datagram())) << "the buffers were replaced";
}

TEST_F(UstackDevice, ReceivesAFrameInSeveralBuffersAsAChain) {
    const Packet frame = datagram(1400);
    EXPECT_TRUE(kernel.deliver(us.fd, frame, CHANNEL_CHECKSUM, 500));
    EXPECT_TRUE(ustack::event_loop().run());
    EXPECT_EQ(received(), 1u);
    EXPECT_EQ(device.counters().rx_bytes, frame.size());
    EXPECT_EQ(us.stack.count(Stat::udp_no_socket), 1u) << "the whole datagram arrived";
}

TEST_F(UstackDevice, WaitsForTheLastBufferOfAFrame) {
    channel_kernel& ring = us.channel().receive;
    channel_slot s = channel_request(&ring, 0);
    channel_take(&ring, 1);
    s.length = 60;
    s.flags = CHANNEL_MORE;
    channel_complete(&ring, &s);
    channel_publish_completions(&ring);
    EXPECT_FALSE(ustack::event_loop().run());
    s = channel_request(&ring, 0);
    channel_take(&ring, 1);
    s.length = 10;
    s.flags = 0;
    channel_complete(&ring, &s);
    channel_publish_completions(&ring);
    EXPECT_TRUE(ustack::event_loop().run());
    EXPECT_EQ(device.counters().rx_bytes, 70u);
}

TEST_F(UstackDevice, WithoutMbufsAFrameIsDroppedAndItsBufferUsedAgain) {
    auto all = exhaust();
    for (u32 i = 0; i < 3 * kSlots; i++) {
        EXPECT_TRUE(kernel.deliver(us.fd, datagram(1400), 0, 500)) << "the ring has its buffers";
        ustack::event_loop().run();
    }
    EXPECT_EQ(received(), 0u);
    EXPECT_EQ(device.counters().rx_no_mbuf, 3 * kSlots);
    all.clear();
    EXPECT_TRUE(kernel.deliver(us.fd, datagram()));
    ustack::event_loop().run();
    EXPECT_EQ(received(), 1u);
}

TEST_F(UstackDevice, AChecksumThatTheKernelVerifiedIsNotVerifiedAgain) {
    Packet frame = datagram();
    frame.back() ^= 1;
    EXPECT_TRUE(kernel.deliver(us.fd, frame));
    ustack::event_loop().run();
    EXPECT_EQ(us.stack.count(Stat::udp_bad_checksum), 1u);
    EXPECT_TRUE(kernel.deliver(us.fd, frame, CHANNEL_CHECKSUM));
    ustack::event_loop().run();
    EXPECT_EQ(us.stack.count(Stat::udp_bad_checksum), 1u);
}

TEST_F(UstackDevice, AShutChannelEndsTheProgram) {
    EXPECT_DEATH(ustack::ChannelDevice::check(POLLERR), "the kernel has shut the packet channel");
}
