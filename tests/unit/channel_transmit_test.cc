// What a channel may send, and how.
#include "channel_kit.h"

using namespace net;

namespace {

constexpr int kRefused = -static_cast<int>(Errno::Perm), kBad = -static_cast<int>(Errno::Inval);

struct ChannelTransmit : ChannelTest {
    ChannelTransmit() : ChannelTest(NetDevice::kGather | NetDevice::kTcpChecksum | NetDevice::kTcpSegments) {}
    ~ChannelTransmit() override { device.sent.clear(); }

    // Changes a byte of the frame and sends it.
    int send_changed(ChannelUser& user, Packet frame, usize at, u8 mask = 1) {
        frame[at] ^= mask;
        return user.send(frame);
    }
    static Packet in_ethernet(const Packet& ip) {
        return packets::ether(kGatewayMac, kOurMac, EtherType::Ipv4, ip);
    }
};

TEST_F(ChannelTransmit, SendsTheFrameAsItIs) {
    ChannelUser user = open_flow(kUdp, 53);
    for (const usize payload : {20, 150, 151, 500, 1472}) {
        const Packet frame = udp_from(53, packets::filled(payload));
        EXPECT_EQ(user.send(frame), 0);
        EXPECT_EQ(device.take_sent(), frame);
    }
    const auto c = user->state().counters;
    EXPECT_EQ(c.sent, 5u);
    EXPECT_EQ(c.sent_bytes, 20u + 150 + 151 + 500 + 1472 + 5 * 42);
}

TEST_F(ChannelTransmit, SendsFramesInPiecesOfAnySize) {
    ChannelUser user = open_flow(kUdp, 53);
    const Packet frame = udp_from(53, packets::filled(900));
    for (const usize each : {15u, 64u, 100u, 192u, 500u}) {
        EXPECT_EQ(user.send(frame, 0, 0, each), 0) << each;
        EXPECT_EQ(device.take_sent(), frame) << each;
    }
    EXPECT_EQ(user.send(frame, 0, 0, 14), kBad) << "more than 64 slots";
    EXPECT_EQ(user.send(frame, 0, 0, 100), 0) << "the next frame is not affected";
}

TEST_F(ChannelTransmit, RefusesForeignSources) {
    ChannelUser user = open_flow(kUdp, 53), other = open_flow(kUdp, 54);
    const Packet frame = udp_from(53);
    ASSERT_EQ(user.send(frame), 0);
    device.sent.clear();
    EXPECT_EQ(send_changed(user, frame, 6 + 5), kRefused) << "source MAC";
    EXPECT_EQ(send_changed(user, frame, 14 + 15), kRefused) << "source address";
    EXPECT_EQ(send_changed(user, frame, 14 + 12), kRefused) << "source address";
    EXPECT_EQ(send_changed(user, frame, 14 + 20 + 1, 53 ^ 54), kRefused) << "the port of another channel";
    EXPECT_EQ(send_changed(user, frame, 14 + 20), kRefused) << "a port of nobody";
    EXPECT_EQ(send_changed(user, frame, 14 + 9, 17 ^ 6), kBad) << "TCP, which its header is too short for";
    EXPECT_EQ(user.send(tcp_from(53)), kRefused) << "TCP from a port claimed for UDP";
    EXPECT_EQ(send_changed(user, frame, 14 + 9, 17 ^ 1), kRefused) << "ICMP";
    EXPECT_EQ(send_changed(user, frame, 12, 0x08 ^ 0x86), kRefused) << "another Ethernet type";
    nothing_was_sent();
    EXPECT_EQ(user->state().counters.refused, 8u);
    EXPECT_EQ(user->state().counters.bad, 1u);
}

TEST_F(ChannelTransmit, AClaimWithARemoteEndAllowsOnlyThat) {
    ChannelUser user = open();
    ASSERT_OK(claim(user, kUdp, 53, {}, kGateway, 9000));
    const Packet frame = udp_from(53);
    EXPECT_EQ(user.send(frame), 0);
    EXPECT_EQ(send_changed(user, frame, 14 + 19), kRefused) << "remote address";
    EXPECT_EQ(send_changed(user, frame, 14 + 23), kRefused) << "remote port";
}

TEST_F(ChannelTransmit, ARawChannelMaySendAnything) {
    ChannelUser user = open(8, 8, true);
    const Packet frame = packets::ether(kGatewayMac, kPeerMac, EtherType::Ipv6, packets::text("hello"));
    EXPECT_EQ(user.send(frame), 0);
    EXPECT_EQ(device.take_sent(), frame);
    EXPECT_EQ(user.send(Packet(13)), kBad) << "but no frame without an Ethernet header";
}

TEST_F(ChannelTransmit, RefusesMalformedFrames) {
    ChannelUser user = open_flow(kUdp, 53);
    const Packet frame = udp_from(53);
    EXPECT_EQ(user.send({}), kBad);
    EXPECT_EQ(user.send(Packet(frame.begin(), frame.begin() + 13)), kBad);
    EXPECT_EQ(user.send(Packet(frame.begin(), frame.begin() + 30)), kBad) << "half an IPv4 header";
    EXPECT_EQ(send_changed(user, frame, 14, 0x45 ^ 0x55), kBad) << "version 5";
    EXPECT_EQ(send_changed(user, frame, 14, 0x45 ^ 0x44), kBad) << "a header of 16 bytes";
    EXPECT_EQ(send_changed(user, frame, 14, 0x45 ^ 0x4f), kBad) << "a header longer than the packet";
    EXPECT_EQ(send_changed(user, frame, 14 + 2), kBad) << "a packet longer than the frame";
    EXPECT_EQ(send_changed(user, frame, 14 + 20 + 4), kBad) << "a datagram longer than the packet";
    nothing_was_sent();
}

TEST_F(ChannelTransmit, RefusesSourceRoutes) {
    ChannelUser user = open_flow(kUdp, 53);
    const Packet datagram = packets::udp({kOurs, kGateway, 53, 9000}, packets::text("x"));
    const auto with = [&](const Packet& options) {
        return user.send(in_ethernet(
            packets::ipv4({.src = kOurs, .dst = kGateway, .protocol = 17, .options = options}, datagram)));
    };
    EXPECT_EQ(with({7, 7, 4, 0, 0, 0, 0, 0}), 0) << "record route";
    EXPECT_EQ(with({131, 7, 4, 10, 0, 2, 9, 0}), kRefused) << "loose source route";
    EXPECT_EQ(with({1, 137, 7, 4, 10, 0, 2, 9}), kRefused) << "strict source route";
    EXPECT_EQ(with({7, 0, 0, 0}), kRefused) << "an option of length 0";
}

TEST_F(ChannelTransmit, ALongFrameIsRefused) {
    ChannelUser user = open_flow(kUdp, 53);
    EXPECT_EQ(user.send(udp_from(53, packets::filled(1473))), -static_cast<int>(Errno::MsgSize));
    EXPECT_EQ(user->state().counters.bad, 1u);
}

TEST_F(ChannelTransmit, PaddingIsAllowed) {
    ChannelUser user = open_flow(kUdp, 53);
    EXPECT_EQ(user.send(packets::join(udp_from(53), Packet(20))), 0);
}

// --- ARP ---

TEST_F(ChannelTransmit, ArpMustTellTheTruthAboutUs) {
    ChannelUser user = open();
    const auto send = [&](ArpOperation op, MacAddr mac, Ipv4Addr ip, MacAddr source = kOurMac) {
        return user.send(packets::ether(MacAddr::broadcast(), source, EtherType::Arp,
                                        packets::arp(op, mac, ip, {}, kPeer)));
    };
    EXPECT_EQ(send(ArpOperation::Request, kOurMac, kOurs), 0);
    EXPECT_EQ(send(ArpOperation::Reply, kOurMac, kOurs), 0);
    EXPECT_EQ(send(ArpOperation::Request, kPeerMac, kOurs), kRefused);
    EXPECT_EQ(send(ArpOperation::Request, kOurMac, kPeer), kRefused);
    EXPECT_EQ(send(ArpOperation::Reply, kOurMac, kGateway), kRefused);
    EXPECT_EQ(send(ArpOperation::Request, kOurMac, {}), kRefused) << "a probe";
    EXPECT_EQ(send(ArpOperation::Request, kOurMac, kOurs, kPeerMac), kRefused);
    EXPECT_EQ(send(ArpOperation{3}, kOurMac, kOurs), kRefused) << "RARP";
    EXPECT_EQ(user.send(packets::ether(kPeerMac, kOurMac, EtherType::Arp, Packet(27))), kBad);
    EXPECT_EQ(device.sent.size(), 2u);
}

// --- fragments ---

struct ChannelFragments : ChannelTransmit {
    ChannelFragments() : user(open_flow(kUdp, 53)) {}
    // n bytes from `from` on of a datagram.
    int send_fragment(u16 id, usize from, usize n, bool more, u16 port = 53, Ipv4Addr dst = kGateway) {
        Packet data = packets::udp({kOurs, kGateway, port, 9000}, packets::filled(3000));
        data = Packet(data.begin() + long(from), data.begin() + long(from + n));
        Packet ip = packets::ipv4(
            {.src = kOurs,
             .dst = dst,
             .protocol = 17,
             .flags_offset = static_cast<u16>(from / 8 | (more ? Ipv4Header::kMoreFragments : 0))},
            data);
        auto* h = reinterpret_cast<Ipv4Header*>(ip.data());
        h->identification = id;
        h->set_checksum();
        return user.send(in_ethernet(ip));
    }
    ChannelUser user;
};

TEST_F(ChannelFragments, MayFollowTheFirstOne) {
    EXPECT_EQ(send_fragment(1, 0, 800, true), 0);
    EXPECT_EQ(send_fragment(1, 800, 800, true), 0);
    EXPECT_EQ(send_fragment(1, 1600, 80, false), 0);
    EXPECT_EQ(send_fragment(1, 1600, 80, false), kRefused) << "the packet has ended";
}

TEST_F(ChannelFragments, WithoutTheFirstOneAreRefused) {
    EXPECT_EQ(send_fragment(1, 800, 800, true), kRefused);
    EXPECT_EQ(send_fragment(1, 0, 800, true, 54), kRefused) << "not its port";
    EXPECT_EQ(send_fragment(1, 800, 800, false), kRefused);
}

TEST_F(ChannelFragments, OfAnotherPacketAreRefused) {
    EXPECT_EQ(send_fragment(1, 0, 800, true), 0);
    EXPECT_EQ(send_fragment(2, 800, 800, false), kRefused) << "another identification";
    EXPECT_EQ(send_fragment(1, 800, 800, false, 53, kPeer), kRefused) << "another destination";
    EXPECT_EQ(send_fragment(1, 800, 800, false), 0);
}

TEST_F(ChannelFragments, CannotReplaceTheHeadersThatWereChecked) {
    EXPECT_EQ(send_fragment(1, 0, 800, true), 0);
    EXPECT_EQ(send_fragment(1, 8, 800, false), kRefused);
    EXPECT_EQ(send_fragment(1, 792, 800, false), kRefused);
    EXPECT_EQ(send_fragment(1, 1600, 80, true), 0);
    EXPECT_EQ(send_fragment(1, 800, 80, true), kRefused) << "backwards";
}

TEST_F(ChannelFragments, TheFirstOneNeedsTheWholeHeader) {
    EXPECT_EQ(send_fragment(1, 0, 7, true), kBad);
    EXPECT_EQ(send_fragment(1, 0, 12, true), kBad) << "no multiple of 8";
    EXPECT_EQ(send_fragment(1, 0, 8, true), 0);
}

// --- offload ---

TEST_F(ChannelTransmit, TheCardFillsInChecksumsAndCutsSegments) {
    ChannelUser user = open_flow(kTcp, 80);
    const Packet frame = tcp_from(80, packets::filled(1000));
    EXPECT_EQ(user.send(frame, CHANNEL_CHECKSUM), 0);
    EXPECT_EQ(device.sent.size(), 1u);
    device.sent.clear();
    EXPECT_EQ(user.send(frame, CHANNEL_SEGMENTS | CHANNEL_CHECKSUM, 300), 0);
    ASSERT_EQ(device.sent.size(), 4u);
    for (const Packet& p : device.sent) EXPECT_LE(p.size(), 54u + 300);
}

TEST_F(ChannelTransmit, RefusesOffloadThatTheCardCannotDo) {
    ChannelUser tcp = open_flow(kTcp, 80), udp = open_flow(kUdp, 53);
    const Packet frame = tcp_from(80, packets::filled(1000));
    EXPECT_EQ(tcp.send(frame, CHANNEL_SEGMENTS, 0), kBad);
    EXPECT_EQ(tcp.send(frame, CHANNEL_SEGMENTS, 63), kBad) << "tiny segments";
    EXPECT_EQ(tcp.send(frame, CHANNEL_SEGMENTS, 500), kBad) << "a whole number of segments";
    EXPECT_EQ(tcp.send(frame, CHANNEL_SEGMENTS, 1460), 0) << "one segment";
    EXPECT_EQ(tcp.send(tcp_from(80, packets::filled(2000)), CHANNEL_SEGMENTS, 1461),
              -static_cast<int>(Errno::MsgSize))
        << "segments longer than the link allows";
    EXPECT_EQ(tcp.send(packets::join(frame, Packet(1)), CHANNEL_CHECKSUM), kBad) << "padding";
    EXPECT_EQ(udp.send(udp_from(53), CHANNEL_CHECKSUM), kBad) << "UDP";
}

TEST_F(ChannelTransmit, LongSegmentsComeFromManyBuffers) {
    ChannelUser user = open_flow(kTcp, 80);
    const Packet frame = tcp_from(80, packets::filled(60'000));
    EXPECT_EQ(user.send(frame, CHANNEL_SEGMENTS, 1460), 0);
    usize bytes = 0;
    for (const Packet& p : device.sent) bytes += p.size() - 54;
    EXPECT_EQ(bytes, 60'000u);
    EXPECT_EQ(device.sent.size(), 42u);
}

// --- what was checked is what is sent ---

// The device keeps the frame; the owner changes its bytes meanwhile.
TEST_F(ChannelTransmit, ChangesAfterTheCheckDoNotReachTheHeaders) {
    ChannelUser user = open_flow(kUdp, 53);
    device.keeps = true;
    const Packet frame = udp_from(53, packets::filled(1000));
    user.post_frame(frame);
    user->kick();
    for (usize i = 0; i < frame.size(); i++) user.at(0)[i] = 0xff;
    const Mbuf* sent = device.kept.front();
    ASSERT_TRUE(sent);
    Packet now;
    sent->for_each_range([&now](Bytes b) { now.insert(now.end(), b.begin(), b.end()); });
    ASSERT_EQ(now.size(), frame.size());
    EXPECT_TRUE(std::equal(frame.begin(), frame.begin() + 192, now.begin()));
    EXPECT_EQ(now[192], 0xff) << "the rest is sent from the program's page";
    device.keeps = false;
}

// --- completions ---

TEST_F(ChannelTransmit, AFrameIsCompletedWhenTheDeviceIsDoneWithItsPages) {
    ChannelUser user = open_flow(kUdp, 53);
    device.keeps = true;
    EXPECT_EQ(user.send(udp_from(53, packets::filled(1000))), 1) << "in the ring";
    EXPECT_EQ(user->poll(nullptr) & POLLOUT, 0u);
    EXPECT_EQ(user.send(udp_from(53)), 1) << "completions come in order";
    device.keeps = false;
    device.reclaim();
    EXPECT_EQ(channel_completions(&user.tx), 2u);
    EXPECT_NE(user->poll(nullptr) & POLLOUT, 0u);
    EXPECT_EQ(user.reap_status(), 0);
    EXPECT_NE(user->poll(nullptr) & POLLOUT, 0u) << "nothing is in flight";
}

TEST_F(ChannelTransmit, TheTimerNoticesThatTheDeviceIsDone) {
    ChannelUser user = open_flow(kUdp, 53);
    device.keeps = true;
    EXPECT_EQ(user.send(udp_from(53, packets::filled(1000))), 1);
    device.keeps = false;
    fake::world().advance(milliseconds(2));
    EXPECT_EQ(user.reap_status(), 0);
}

TEST_F(ChannelTransmit, AFullDeviceHoldsTheFrameAndGoesOnLater) {
    ChannelUser user = open_flow(kUdp, 53);
    device.room = 1;
    for (u32 i = 0; i < 4; i++) user.post_frame(udp_from(53, packets::filled(i)), 0, 0, 2048, i);
    user->kick();
    EXPECT_EQ(device.sent.size(), 1u);
    EXPECT_EQ(user.memory.transmit_ring().signal, 0u) << "the kernel goes on by itself";
    fake::world().advance(milliseconds(2));
    EXPECT_EQ(device.sent.size(), 1u) << "still no room";
    device.room = 2;
    fake::world().advance(milliseconds(2));
    EXPECT_EQ(device.sent.size(), 3u);
    device.room = -1;
    fake::world().advance(milliseconds(2));
    EXPECT_EQ(device.sent.size(), 4u);
    EXPECT_EQ(channel_completions(&user.tx), 4u);
    EXPECT_EQ(user.memory.transmit_ring().signal, 1u);
}

TEST_F(ChannelTransmit, SaysWhyTheDeviceDidNotSend) {
    ChannelUser user = open_flow(kUdp, 53);
    device.up = false;
    EXPECT_EQ(user.send(udp_from(53)), -static_cast<int>(Errno::NetDown));
    device.up = true;
    EXPECT_EQ(user.send(udp_from(53)), 0);
}

TEST_F(ChannelTransmit, PollAlsoSendsWhatIsPosted) {
    ChannelUser user = open_flow(kUdp, 53);
    user.post_frame(udp_from(53));
    EXPECT_NE(user->poll(nullptr) & POLLOUT, 0u);
    EXPECT_EQ(device.sent.size(), 1u);
}

// --- pages in flight ---

TEST_F(ChannelTransmit, PagesInFlightOutliveTheChannel) {
    device.keeps = true;
    {
        ChannelUser user = open_flow(kUdp, 53);
        EXPECT_EQ(user.send(udp_from(53, packets::filled(1000))), 1);
        user.post_frame(udp_from(53, packets::filled(1000)), 0, 0, 2048, 5);
        user.close();
        EXPECT_EQ(stack->channels().count(), 1u) << "closed, but its pages are in the ring";
    }
    EXPECT_EQ(stack->channels().at(0).get(), nullptr);
    EXPECT_EQ(stack->channels().count(), 1u);
    EXPECT_GT(stack->channels().memories().bytes(), 0u);
    device.keeps = false;
    fake::world().advance(milliseconds(300));
    EXPECT_EQ(stack->channels().count(), 0u);
    EXPECT_EQ(stack->channels().memories().bytes(), 0u);
}

TEST_F(ChannelTransmit, AFrameThatIsHeldIsDroppedAtTheEnd) {
    ChannelUser user = open_flow(kUdp, 53);
    device.room = 0;
    EXPECT_EQ(user.send(udp_from(53, packets::filled(1000))), 1);
    user.close();
    device.room = -1;
    nothing_was_sent();
}

// Without gathering, the frame is copied before it is sent.
struct ChannelWithoutGathering : ChannelTest {};
TEST_F(ChannelWithoutGathering, CopiesTheRest) {
    ChannelUser user = open_flow(kUdp, 53);
    const Packet frame = udp_from(53, packets::filled(1400));
    EXPECT_EQ(user.send(frame, 0, 0, 300), 0);
    EXPECT_EQ(device.take_sent(), frame);
    EXPECT_EQ(user.send(tcp_from(53), CHANNEL_CHECKSUM), kRefused);
}

}  // namespace
