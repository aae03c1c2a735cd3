// What a channel receives.
#include "channel_kit.h"
#include "new_mbuf.h"
#include "poll_counter.h"

using namespace net;

namespace {

using ChannelReceive = ChannelTest;

TEST_F(ChannelReceive, GetsTheWholeFramesOfItsFlow) {
    ChannelUser user = open_flow(kUdp, 53);
    device.receive(udp_to(53));
    device.receive(udp_to(54));
    EXPECT_EQ(user.received(), std::vector<Packet>{udp_to(53)});
    EXPECT_EQ(count(Stat::udp_no_socket), 1u) << "the other port is nobody's";
}

TEST_F(ChannelReceive, GetsTcpWithoutAnAnswerFromTheKernel) {
    ChannelUser user = open_flow(kTcp, 80);
    device.receive(tcp_to(80));
    EXPECT_EQ(user.received(), std::vector<Packet>{tcp_to(80)});
    nothing_was_sent();
    device.receive(tcp_to(81));
    EXPECT_EQ(device.sent.size(), 1u) << "a RST for the other port";
    device.sent.clear();
}

TEST_F(ChannelReceive, SeesAWrongChecksumBecauseTheKernelDoesNotLook) {
    ChannelUser user = open_flow(kUdp, 53);
    Packet frame = udp_to(53);
    frame.back() ^= 1;
    device.receive(frame);
    EXPECT_EQ(user.received(), std::vector<Packet>{frame});
    EXPECT_EQ(user.last_flags & CHANNEL_CHECKSUM, 0);
}

TEST_F(ChannelReceive, IsToldThatTheDeviceHasVerifiedTheChecksum) {
    ChannelUser user = open_flow(kUdp, 53);
    const Packet frame = udp_to(53);
    MbufPtr m = new_mbuf(kRxHeadroom);
    std::copy(frame.begin(), frame.end(), m->put(frame.size()));
    m->set_offload(Offload::Verified);
    net_rx(device, std::move(m));
    EXPECT_EQ(user.received().size(), 1u);
    EXPECT_EQ(user.last_flags, CHANNEL_CHECKSUM);
}

TEST_F(ChannelReceive, ADatagramForAnotherAddressIsNotIts) {
    ChannelUser user = open_flow(kUdp, 53);
    device.receive(packets::ether(kPeerMac, kGatewayMac, EtherType::Ipv4,
                                  packets::udp_packet({kGateway, kOurs, 1, 53}, packets::text("x"))));
    EXPECT_TRUE(user.received().empty()) << "the MAC address is another's";
}

TEST_F(ChannelReceive, ADatagramFromAnotherInterfaceIsNotItsEither) {
    ChannelUser user = open_flow(kUdp, 53);
    const OpenSocket socket = udp_socket(kOurs, 2000, 53);
    EXPECT_OK(write(*socket, packets::text("through loopback")));
    EXPECT_TRUE(user.received().empty());
    EXPECT_EQ(read(*socket).error, Errno::ConnRefused) << "there, nobody has the port";
}

TEST_F(ChannelReceive, AFlowWithARemoteEndGetsOnlyWhatComesFromThere) {
    ChannelUser user = open();
    ASSERT_OK(claim(user, kUdp, 53, kOurs, kGateway, 9000));
    user.lend(8);
    device.receive(udp_to(53));
    receive_ip(packets::udp_packet({kGateway, kOurs, 9001, 53}, packets::text("x")));
    receive_ip(packets::udp_packet({kPeer, kOurs, 9000, 53}, packets::text("x")));
    EXPECT_EQ(user.received(), std::vector<Packet>{udp_to(53)});
    EXPECT_EQ(count(Stat::udp_no_socket), 2u);
    device.sent.clear();
}

TEST_F(ChannelReceive, WithoutABufferAFrameIsDroppedAndCountedOnThisChannelAlone) {
    ChannelUser user = open(), other = open_flow(kUdp, 54);
    ASSERT_OK(claim(user, kUdp, 53));
    device.receive(udp_to(53));
    device.receive(udp_to(54));
    EXPECT_EQ(user.no_buffer(), 1u);
    EXPECT_EQ(other.no_buffer(), 0u);
    EXPECT_EQ(other.received().size(), 1u);
    user.lend(1);
    device.receive(udp_to(53));
    device.receive(udp_to(53));
    EXPECT_EQ(user.received().size(), 1u);
    EXPECT_EQ(user.no_buffer(), 2u);
}

TEST_F(ChannelReceive, AFrameTakesAsManyBuffersAsItNeeds) {
    ChannelUser user = open();
    ASSERT_OK(claim(user, kUdp, 53));
    const Packet frame = udp_to(53, packets::filled(1000));
    user.lend(10, 0, 100);
    device.receive(frame);
    EXPECT_EQ(user.no_buffer(), 1u) << "ten buffers of 100 bytes are too few, and none is taken";
    user.lend(1, 10, 100);
    device.receive(frame);
    EXPECT_EQ(user.received(), std::vector<Packet>{frame});
}

// Frames that a device has merged.
TEST_F(ChannelReceive, AMergedFrameHasItsLengthAgain) {
    ChannelUser user = open_flow(kTcp, 80);
    const Packet whole =
        packets::ether(kOurMac, kGatewayMac, EtherType::Ipv4,
                       packets::tcp_packet({kGateway, kOurs, {9000, 80, 5, 0, TcpFlags::Ack, 1000, 0}},
                                           packets::filled(3000)));
    MbufPtr head;
    for (usize from = 0; from < whole.size(); from += 1400) {
        const usize n = std::min<usize>(1400, whole.size() - from);
        MbufPtr m = new_mbuf(kRxHeadroom);
        std::copy_n(whole.data() + from, n, m->put(n));
        if (head)
            head->append(std::move(m));
        else
            head = std::move(m);
    }
    net_rx(device, std::move(head));
    EXPECT_EQ(user.received(), std::vector<Packet>{whole});
}

// --- fragments ---

Packet fragment(u16 id, usize from, usize to, const Packet& whole) {
    const u16 more = to < whole.size() ? Ipv4Header::kMoreFragments : u16{0};
    Packet ip = packets::ipv4(
        {.src = kGateway, .dst = kOurs, .protocol = 17, .flags_offset = static_cast<u16>(from / 8 | more)},
        Packet(whole.begin() + long(from), whole.begin() + long(to)));
    auto* h = reinterpret_cast<Ipv4Header*>(ip.data());
    h->identification = id;
    h->set_checksum();
    return packets::ether(kOurMac, kGatewayMac, EtherType::Ipv4, ip);
}

TEST_F(ChannelReceive, FragmentsFollowTheFirstOneInAnyOrder) {
    ChannelUser user = open_flow(kUdp, 53);
    const Packet datagram = packets::udp({kGateway, kOurs, 9000, 53}, packets::filled(2000));
    const Packet a = fragment(1, 0, 800, datagram), b = fragment(1, 800, 1600, datagram),
                 c = fragment(1, 1600, 2008, datagram);
    for (const auto& order : {std::vector{a, b, c}, {c, b, a}, {b, c, a}, {c, a, b}}) {
        for (const Packet& f : order) {
            EXPECT_TRUE(user.received().empty()) << "not before all are there";
            device.receive(f);
        }
        EXPECT_EQ(user.received(), (std::vector{a, b, c})) << "in the order of their offsets";
        user.lend(3);
    }
}

TEST_F(ChannelReceive, FragmentsForASocketAreReassembledAsBefore) {
    ChannelUser user = open_flow(kUdp, 53);
    const OpenSocket socket = udp_socket(kGateway, 2000, 9000);
    const Packet datagram = packets::udp({kGateway, kOurs, 9000, 2000}, packets::filled(2000));
    device.receive(fragment(1, 1600, 2008, datagram));
    device.receive(fragment(1, 0, 1600, datagram));
    EXPECT_EQ(read(*socket, 4000).data, packets::filled(2000));
    EXPECT_TRUE(user.received().empty());
}

TEST_F(ChannelReceive, OverlappingFragmentsAreRefused) {
    ChannelUser user = open_flow(kUdp, 53);
    const Packet datagram = packets::udp({kGateway, kOurs, 9000, 53}, packets::filled(2000));
    device.receive(fragment(1, 0, 800, datagram));
    device.receive(fragment(1, 792, 1600, datagram));
    device.receive(fragment(1, 1600, 2008, datagram));
    EXPECT_TRUE(user.received().empty());
}

// --- ICMP and ARP ---

TEST_F(ChannelReceive, GetsIcmpErrorsThatQuoteItsPackets) {
    for (const IpProtocol protocol : {kUdp, kTcp}) {
        ChannelUser user = open_flow(protocol, 53);
        const Packet frame = protocol == kUdp ? udp_from(53) : tcp_from(53);
        const Packet quote(frame.begin() + 14, frame.begin() + 14 + 28);
        const Packet error =
            packets::ether(kOurMac, kGatewayMac, EtherType::Ipv4,
                           packets::ipv4({.src = kGateway, .dst = kOurs, .protocol = 1},
                                         packets::icmp(IcmpType::Unreachable, 3, 0, 0, quote)));
        device.receive(error);
        EXPECT_EQ(user.received(), std::vector<Packet>{error});
        EXPECT_EQ(user.last_flags, CHANNEL_CHECKSUM) << "the checksum of ICMP was right";
    }
}

TEST_F(ChannelReceive, EveryChannelWithAPortGetsArpReplies) {
    ChannelUser one = open_flow(kUdp, 54), two = open_flow(kUdp, 53), without = open();
    without.lend(4);
    const Packet reply = packets::arp(ArpOperation::Reply, kPeerMac, kPeer, kOurMac, kOurs);
    receive_arp(reply);
    receive_arp(packets::arp(ArpOperation::Request, kPeerMac, kPeer, {}, kOurs));
    device.sent.clear();
    const Packet frame = packets::ether(kOurMac, kPeerMac, EtherType::Arp, reply);
    EXPECT_EQ(one.received(), std::vector<Packet>{frame});
    EXPECT_EQ(two.received(), std::vector<Packet>{frame});
    EXPECT_TRUE(without.received().empty());
}

// --- poll ---

TEST_F(ChannelReceive, PollSaysWhenFramesWait) {
    ChannelUser user = open_flow(kUdp, 53);
    PollCounter poll;
    EXPECT_EQ(user->poll(&poll.entry) & (POLLIN | POLLERR), 0u);
    device.receive(udp_to(53));
    EXPECT_EQ(poll.wakes, 1);
    EXPECT_NE(user->poll(nullptr) & POLLIN, 0u);
    (void)user.received();
    EXPECT_EQ(user->poll(nullptr) & POLLIN, 0u);
    user->unwatch(poll.entry);
    device.receive(udp_to(53));
    EXPECT_EQ(poll.wakes, 1);
}

// --- general filters, and what nobody wants ---

constexpr u32 kReceived = 1, kSent = 2, kUnclaimed = 4;

TEST_F(ChannelReceive, AChannelGetsOneCopyHoweverManyOfItsFiltersMatch) {
    ChannelUser tap = open(), other = open();
    tap.lend(8), other.lend(8);
    for (ChannelUser* user : {&tap, &other, &tap})
        ASSERT_OK(stack->channels().add_filter(*user->channel, kReceived, {}, "all"));
    device.receive(udp_to(53));
    device.receive(udp_to(54));
    const std::vector<Packet> both{udp_to(53), udp_to(54)};
    EXPECT_EQ(tap.received(), both);
    EXPECT_EQ(other.received(), both);
}

TEST_F(ChannelReceive, AChannelWithAPortAndAFilterForArpGetsOneCopyOfAReply) {
    ChannelUser both = open_flow(kUdp, 53), port = open_flow(kUdp, 54), other = open_flow(kUdp, 55);
    ASSERT_OK(stack->channels().add_filter(*both.channel, kReceived, {}, "all"));
    ASSERT_OK(stack->channels().add_filter(*other.channel, kSent, {}, "all sent"));
    const Packet reply = packets::arp(ArpOperation::Reply, kPeerMac, kPeer, kOurMac, kOurs);
    const std::vector<Packet> one{packets::ether(kOurMac, kPeerMac, EtherType::Arp, reply)};
    receive_arp(reply);
    EXPECT_EQ(both.received(), one);
    EXPECT_EQ(port.received(), one);
    EXPECT_EQ(other.received(), one);
}

TEST_F(ChannelReceive, FiltersGetCopiesOfWhatOthersReceiveAndSend) {
    ChannelUser tap = open(), user = open_flow(kUdp, 53);
    ASSERT_OK(stack->channels().add_filter(*tap.channel, kReceived | kSent, {}, "all"));
    tap.lend(32);
    device.receive(udp_to(53));
    const Packet stranger = packets::ether(kPeerMac, kGatewayMac, EtherType::Ipv6, packets::text("x"));
    device.receive(stranger);
    EXPECT_EQ(user.send(udp_from(53)), 0);
    EXPECT_EQ(tap.received(), (std::vector<Packet>{udp_to(53), stranger, udp_from(53)}));
    EXPECT_EQ(user.received().size(), 1u);
    device.sent.clear();
}

TEST_F(ChannelReceive, FiltersOfOneDirectionSeeOnlyThat) {
    ChannelUser tap = open();
    ASSERT_OK(stack->channels().add_filter(*tap.channel, kSent, {}, ""));
    tap.lend(32);
    introduce(kPeer, kPeerMac);  // a request received, a reply sent
    const auto all = tap.received();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(sent_arp(all[0]).operation(), ArpOperation::Reply);
}

TEST_F(ChannelReceive, AFiltersProgramSelectsTheFrames) {
    ChannelUser tap = open();
    const bpf_insn only_long[] = {{BPF_LD | BPF_W | BPF_LEN, 0, 0, 0},
                                  {BPF_JMP | BPF_JGT | BPF_K, 0, 1, 100},
                                  {BPF_RET | BPF_K, 0, 0, 1},
                                  {BPF_RET | BPF_K, 0, 0, 0}};
    auto program = FilterPage::make(only_long);
    ASSERT_OK(program);
    ASSERT_OK(
        stack->channels().add_filter(*tap.channel, kReceived, std::move(program).value(), "greater 100"));
    tap.lend(32);
    device.receive(udp_to(7, packets::filled(20)));
    device.receive(udp_to(7, packets::filled(200)));
    EXPECT_EQ(tap.received(), std::vector<Packet>{udp_to(7, packets::filled(200))});
    EXPECT_STREQ(stack->channels().filter(*tap.channel, 0)->words, "greater 100");
    device.sent.clear();
}

TEST_F(ChannelReceive, AnInvalidFilterIsRefused) {
    ChannelUser tap = open();
    const bpf_insn endless[] = {{BPF_JMP | BPF_JA, 0, 0, 0xffff'ffff}};
    EXPECT_ERROR(FilterPage::make(endless), Inval);
    EXPECT_ERROR(stack->channels().add_filter(*tap.channel, 0, {}, ""), Inval);
    EXPECT_ERROR(stack->channels().add_filter(*tap.channel, 8, {}, ""), Inval);
    for (u32 i = 0; i < Channels::kMostFilters; i++)
        EXPECT_OK(stack->channels().add_filter(*tap.channel, kReceived, {}, ""));
    EXPECT_ERROR(stack->channels().add_filter(*tap.channel, kReceived, {}, ""), NoSpc);
}

TEST_F(ChannelReceive, WhatNobodyWantsGoesToWhoAskedForIt) {
    introduce(kGateway, kGatewayMac);
    ChannelUser rest = open();
    ASSERT_OK(stack->channels().add_filter(*rest.channel, kUnclaimed, {}, "unclaimed"));
    rest.lend(32);
    const OpenSocket socket = udp_socket(kGateway, 2000, 9000);
    const Packet unknown_type = packets::ether(kOurMac, kGatewayMac, EtherType::Ipv6, packets::text("x"));
    const Packet unknown_protocol =
        packets::ether(kOurMac, kGatewayMac, EtherType::Ipv4,
                       packets::ipv4({.src = kGateway, .dst = kOurs, .protocol = 99}, packets::text("x")));
    device.receive(udp_to(2000));
    for (const Packet& p : {unknown_type, unknown_protocol, udp_to(7), tcp_to(7)}) {
        device.receive(p);
        EXPECT_EQ(rest.received(), std::vector<Packet>{p});
    }
    nothing_was_sent();
    rest.close();
    device.receive(udp_to(7));
    device.receive(tcp_to(7));
    EXPECT_EQ(device.sent.size(), 2u) << "an ICMP error and a RST, as ever";
    device.sent.clear();
}

TEST_F(ChannelReceive, WhatAFilterForTheUnclaimedDoesNotTakeIsAnsweredAsEver) {
    introduce(kGateway, kGatewayMac);
    ChannelUser rest = open();
    const bpf_insn nothing[] = {{BPF_RET | BPF_K, 0, 0, 0}};
    auto program = FilterPage::make(nothing);
    ASSERT_OK(program);
    ASSERT_OK(stack->channels().add_filter(*rest.channel, kUnclaimed, std::move(program).value(), "nothing"));
    const Packet frame = udp_to(7);
    device.receive(frame);
    const SentIp error(device.take_sent());
    EXPECT_EQ(error.icmp().code, 3);
    EXPECT_EQ(error.data(), Packet(frame.begin() + 14, frame.begin() + 14 + 28)) << "IP header and ports";
}

TEST_F(ChannelReceive, UnclaimedSegmentsAreNotMerged) {
    ChannelUser rest = open();
    ASSERT_OK(stack->channels().add_filter(*rest.channel, kUnclaimed, {}, "unclaimed"));
    rest.lend(8);
    std::vector<Packet> run;
    MbufQueue frames;
    for (u32 seq : {5u, 505u}) {
        run.push_back(packets::ether(
            kOurMac, kGatewayMac, EtherType::Ipv4,
            packets::tcp_packet({kGateway, kOurs, {9000, 80, seq, 0, TcpFlags::Ack, 1000, 0}}, Packet(500))));
        MbufPtr m = new_mbuf(kRxHeadroom);
        std::copy_n(run.back().data(), run.back().size(), m->put(run.back().size()));
        frames.push_tail(std::move(m));
    }
    net_rx_all(device, frames);
    EXPECT_EQ(rest.received(), run);
}

TEST_F(ChannelReceive, TheKernelsOwnConnectionsAreNotUnclaimed) {
    ChannelUser rest = open();
    ASSERT_OK(stack->channels().add_filter(*rest.channel, kUnclaimed, {}, "unclaimed"));
    rest.lend(32);
    const OpenSocket listener(value_of(open_tcp(*stack)));
    ASSERT_OK(listener->bind(InetAddr{kOurs, 80}));
    ASSERT_OK(listener->listen(3));
    device.receive(tcp_to(80));
    EXPECT_EQ(device.sent.size(), 1u) << "a SYN-ACK";
    EXPECT_TRUE(rest.received().empty());
    device.sent.clear();
    const OpenSocket client(value_of(open_tcp(*stack)));
    EXPECT_ERROR(client->connect({kPeer, 7}, false), InProgress);
    const u16 port = client->local().inet()->port;
    const TcpFields refusal{.src_port = 7, .dst_port = port, .flags = TcpFlags::Rst};
    device.receive(packets::ether(kOurMac, kPeerMac, EtherType::Ipv4,
                                  packets::tcp_packet({kPeer, kOurs, refusal, 0}, {})));
    EXPECT_TRUE(rest.received().empty()) << "no listener has its port";
    device.sent.clear();
}

}  // namespace
