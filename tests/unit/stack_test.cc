// Complete stacks: receive and transmit paths, the dump, two stacks on one wire, and hostile packets.
#include <random>
#include <thread>

#include "net_test.h"

using namespace net;
using packets::Packet;

namespace {

using StackTest = NetTest;

TEST_F(StackTest, DropsFramesTooShortForAHeader) {
    for (usize n = 0; n < 14; n++) device.receive(Packet(n, 0xff));
    EXPECT_EQ(count(Stat::ether_short), 14u);
    EXPECT_EQ(count(Stat::rx_frames), 14u);
}

TEST_F(StackTest, DropsFramesForOtherStations) {
    const Packet payload(46, 0);
    device.receive(packets::ether(kPeerMac, kGatewayMac, EtherType::Ipv4, payload));
    device.receive(packets::ether({{1, 0, 0x5e, 0, 0, 1}}, kGatewayMac, EtherType::Ipv4, payload));
    EXPECT_EQ(count(Stat::ether_not_for_us), 2u);
}

TEST_F(StackTest, DropsUnknownTypes) {
    for (u16 type : {0x86dd, 0x8100, 0x05dc, 0x0000}) {
        device.receive(packets::ether(kOurMac, kGatewayMac, EtherType{type}, Packet(46, 0)));
    }
    EXPECT_EQ(count(Stat::ether_unknown_type), 4u);
}

TEST_F(StackTest, IgnoresADeviceItWasNotGiven) {
    FakeDevice stranger(kPeerMac);
    stranger.receive(Packet(60, 0));
    EXPECT_EQ(count(Stat::rx_frames), 0u);
}

TEST_F(StackTest, PrintsReceivedFramesOnlyWhenAsked) {
    const Packet frame = packets::ether(kOurMac, kPeerMac, EtherType::Arp,
                                        packets::arp(ArpOperation::Request, kPeerMac, kPeer, {}, kOurs));
    device.receive(frame);
    EXPECT_EQ(fake::world().printed, "");
    stack->dump().set(DumpMode::Brief);
    EXPECT_EQ(stack->dump().mode(), DumpMode::Brief);
    device.receive(frame);
    EXPECT_NE(fake::world().printed.find("10.0.2.3"), std::string::npos);
    fake::world().printed.clear();
    stack->dump().set(DumpMode::Full);
    device.receive(frame);
    EXPECT_NE(fake::world().printed.find("----- ARP"), std::string::npos);
}

TEST_F(StackTest, RefusesImpossibleInterfaces) {
    FakeDevice other(kPeerMac);
    for (Ipv4Prefix p : {Ipv4Prefix{{}, 24},
                         {{10, 0, 3, 255}, 24},
                         {{127, 0, 0, 1}, 8},
                         {{224, 0, 0, 1}, 4},
                         {{255, 255, 255, 255}, 32},
                         {{10, 0, 0, 1}, 33}}) {
        EXPECT_ERROR(stack->add_interface(other, p), AddrNotAvail) << format_addr(p.addr).text;
    }
    EXPECT_ERROR(stack->add_interface(other, {{10, 0, 3, 1}, 24}, {10, 0, 4, 1}), Inval);
    EXPECT_ERROR(stack->add_interface(other, {{10, 0, 3, 1}, 24}, {10, 0, 3, 1}), Inval);
    EXPECT_ERROR(stack->add_interface(other, {kOurs, 16}), AddrNotAvail) << "the address is in use";
    EXPECT_EQ(stack->interface(1), &stack->loopback()) << "the loopback interface is the last";
    EXPECT_EQ(stack->interface(2), nullptr);
    EXPECT_EQ(stack->interface(0), interface);
}

TEST_F(StackTest, HasALimitOfInterfaces) {
    std::vector<std::unique_ptr<FakeDevice>> devices;
    for (u8 i = 1; i < Inet::kMaxInterfaces; i++) {
        devices.push_back(std::make_unique<FakeDevice>(kPeerMac));
        EXPECT_OK(stack->add_interface(*devices.back(), {{10, i, 0, 1}, 24}));
    }
    FakeDevice last(kPeerMac);
    EXPECT_ERROR(stack->add_interface(last, {{10, 9, 0, 1}, 24}), NoSpc);
    Interface& fourth = *stack->interface(Inet::kMaxInterfaces - 1);
    EXPECT_OK(stack->set_address(fourth, {{10, 3, 0, 2}, 24}));
    EXPECT_TRUE(stack->is_own({10, 3, 0, 2}));
    EXPECT_FALSE(stack->is_own({10, 9, 0, 1}));
    EXPECT_TRUE(stack->is_broadcast({10, 3, 0, 255}));
    EXPECT_FALSE(stack->is_broadcast({10, 9, 0, 255}));
}

TEST_F(StackTest, SaysNothingOnALinkThatIsDown) {
    FakeDevice down(kPeerMac);
    down.up = false;
    EXPECT_OK(stack->add_interface(down, {{10, 1, 0, 1}, 24}));
    EXPECT_EQ(count(Stat::tx_failed), 0u);
}

TEST_F(StackTest, SendsByTheInterfaceOnWhoseLinkTheRemoteIs) {
    FakeDevice other({{2, 0, 0, 0, 0, 1}}, "fake1");
    EXPECT_OK(stack->add_interface(other, {{10, 1, 0, 1}, 24}));
    other.sent.clear();
    auto s = udp_socket({10, 1, 0, 9}, 2000, 7);
    EXPECT_EQ(endpoint_of(*s).key().local, (Ipv4Addr{10, 1, 0, 1}));
    EXPECT_OK(write(*s, packets::text("x")));
    EXPECT_EQ(sent_arp(other.take_sent()).target_ip, (Ipv4Addr{10, 1, 0, 9}));
    nothing_was_sent();
}

TEST_F(StackTest, DeliversABurstAsLargeAsTheRing) {
    introduce(kGateway, kGatewayMac);
    auto s = udp_socket();
    for (int i = 0; i < 256; i++) receive_ip(to_socket(*s, {static_cast<u8>(i)}));
    for (int i = 0; i < 256; i++) EXPECT_EQ(read(*s).data, Packet{static_cast<u8>(i)});
}

// --- two stacks on one wire ---

struct TwoStacks : NetTest {
    FakeDevice far_device{kPeerMac, "fake1"};
    Stack far;
    TwoStacks() { EXPECT_OK(far.add_interface(far_device, {kPeer, 24})); }
    // Carries frames in both directions until none is left.
    void run() {
        while (!device.sent.empty() || !far_device.sent.empty()) {
            if (!device.sent.empty()) far_device.receive(device.take_sent());
            if (!far_device.sent.empty()) device.receive(far_device.take_sent());
        }
    }
};

TEST_F(TwoStacks, TalkFromTheFirstPacketOn) {
    auto here = udp_socket(kPeer, 2000, 7);
    OpenSocket there(value_of(far.connect_udp(kOurs, 7, 2000)));
    for (usize n : {0, 1, 100, 1472}) {
        EXPECT_OK(write(*here, packets::filled(n)));
        run();
        const Packet got = read(*there).data;
        EXPECT_EQ(got, packets::filled(n));
        EXPECT_OK(write(*there, got));
        run();
        EXPECT_EQ(read(*here).data, got);
    }
    EXPECT_EQ(count(Stat::arp_requests_out), 2u) << "one announcement and one request";
}

TEST_F(TwoStacks, PingEachOther) {
    auto s = echo_socket(kPeer);
    for (u8 i = 1; i <= 100; i++) {
        EXPECT_OK(write(*s, packets::filled(56, i)));
        run();
        EXPECT_EQ(read(*s).data, packets::join({i, 0, 64, 0}, packets::filled(56, i)));
    }
}

TEST_F(TwoStacks, RefuseAPortNobodyHasOpened) {
    auto s = udp_socket(kPeer, 2000, 9);
    EXPECT_OK(write(*s, packets::text("anybody?")));
    run();
    EXPECT_EQ(read(*s).error, Errno::ConnRefused);
}

// --- a hostile wire ---

struct Hostile : NetTest {
    Hostile() {
        introduce(kGateway, kGatewayMac);
        introduce(kPeer, kPeerMac);
    }
    OpenSocket s = udp_socket();

    std::vector<Packet> one_of_each_kind() {
        const auto ip = [](const Packet& p) { return packets::ether(kOurMac, kPeerMac, EtherType::Ipv4, p); };
        const Packet quote = packets::udp_packet({kOurs, kGateway, 2000, 7}, packets::text("abc"));
        return {
            packets::ether(kOurMac, kPeerMac, EtherType::Arp,
                           packets::arp(ArpOperation::Request, kPeerMac, kPeer, {}, kOurs)),
            packets::ether(kOurMac, kPeerMac, EtherType::Arp,
                           packets::arp(ArpOperation::Reply, kPeerMac, kPeer, kOurMac, kOurs)),
            ip(to_socket(*s, packets::text("payload"))),
            ip(packets::udp_packet({kPeer, kOurs, 1, 2}, packets::text("no socket"))),
            ip(packets::ipv4({.src = kPeer, .dst = kOurs, .protocol = 17, .options = Packet(8, 1)},
                             packets::udp({kPeer, kOurs, 1, 2}, packets::text("options")))),
            ip(packets::ipv4({.src = kPeer, .dst = kOurs, .protocol = 1},
                             packets::icmp(IcmpType::EchoRequest, 0, 1, 1, packets::filled(56)))),
            ip(packets::ipv4({.src = kPeer, .dst = kOurs, .protocol = 1},
                             packets::icmp(IcmpType::Unreachable, 3, 0, 0, quote))),
            ip(packets::tcp_packet({kPeer, kOurs, {.src_port = 9, .dst_port = 7, .flags = TcpFlags::Syn}},
                                   packets::text("syn data"))),
            ip(packets::ipv4({.src = kPeer, .dst = kOurs, .protocol = 99}, packets::filled(40))),
        };
    }
    void settle() {
        fake::world().advance(seconds(10));
        device.sent.clear();
        s->set_receive_timeout(milliseconds(1));
        while (read(*s).error != Errno::TimedOut) {
        }  // read the received data and the pending error
    }
    void still_answers() {
        settle();
        introduce(kGateway, kGatewayMac);
        receive_ip(packets::ipv4({.src = kGateway, .dst = kOurs, .protocol = 1},
                                 packets::icmp(IcmpType::EchoRequest, 0, 1, 1, packets::text("alive?"))));
        EXPECT_EQ(as_text(SentIp(device.take_sent()).data()), "alive?");
        EXPECT_OK(write(*s, packets::text("out")));
        EXPECT_EQ(as_text(SentIp(device.take_sent()).data()), "out");
        receive_ip(to_socket(*s, packets::text("in")));
        EXPECT_EQ(as_text(read(*s).data), "in");
    }
    // Every received frame increments exactly one of these counters.
    void every_frame_is_accounted_for() {
        u64 ends = 0;
        for (Stat e : {Stat::ether_short, Stat::ether_not_for_us, Stat::ether_unknown_type, Stat::arp_in,
                       Stat::ip_bad_header, Stat::ip_bad_checksum, Stat::ip_bad_source, Stat::ip_not_for_us,
                       Stat::ip_link_broadcast, Stat::ip_source_routed, Stat::ip_fragments_in,
                       Stat::ip_unknown_protocol, Stat::icmp_in, Stat::udp_in, Stat::udp_bad,
                       Stat::udp_bad_checksum, Stat::udp_no_socket, Stat::udp_queue_full, Stat::tcp_in}) {
            ends += count(e);
        }
        // A reassembled packet is counted once more.
        EXPECT_EQ(count(Stat::rx_frames) + count(Stat::ip_reassembled), ends);
        EXPECT_EQ(count(Stat::tcp_in), count(Stat::tcp_bad) + count(Stat::tcp_bad_checksum) +
                                           count(Stat::tcp_reset_in) + count(Stat::tcp_reset_out) +
                                           count(Stat::tcp_rate_limited));
    }
};

TEST_F(Hostile, SurvivesEveryPacketCutAtEveryLength) {
    stack->dump().set(DumpMode::Full);
    for (const Packet& whole : one_of_each_kind()) {
        for (usize n = 0; n <= whole.size(); n++) {
            device.receive(Packet(whole.begin(), whole.begin() + static_cast<long>(n)));
        }
        fake::world().printed.clear();
    }
    every_frame_is_accounted_for();
    still_answers();
}

TEST_F(Hostile, SurvivesEveryByteOfEveryPacketChanged) {
    for (const Packet& whole : one_of_each_kind()) {
        for (usize at = 0; at < whole.size(); at++) {
            for (u8 v : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
                Packet changed = whole;
                changed[at] = v;
                device.receive(changed);
            }
        }
        settle();
    }
    every_frame_is_accounted_for();
    still_answers();
}

// Corrects the checksums after random changes, so that the packet is not dropped for them.
void repair_checksums(Packet& p) {
    if (p.size() < 34 || p[12] != 8 || p[13] != 0) return;
    const usize header = (p[14] & 0xfu) * 4;
    if (header < 20 || 14 + header > p.size()) return;
    const auto put = [&](usize at, u16 v) {
        p[at] = static_cast<u8>(v >> 8), p[at + 1] = static_cast<u8>(v);
    };
    put(24, 0);
    put(24, packets::internet_checksum(Bytes(p).subspan(14, header)));
    const usize total = static_cast<usize>(p[16] << 8 | p[17]);
    if (p[23] != 1 || total < header + 8 || 14 + total > p.size()) return;
    put(14 + header + 2, 0);
    put(14 + header + 2, packets::internet_checksum(Bytes(p).subspan(14 + header, total - header)));
}

TEST_F(Hostile, SurvivesAHundredThousandMutatedFrames) {
    std::mt19937 random(6);
    const auto kinds = one_of_each_kind();
    for (int i = 0; i < 100'000; i++) {
        Packet p = kinds[random() % kinds.size()];
        for (u32 changes = random() % 6; changes > 0; changes--)
            p[random() % p.size()] = static_cast<u8>(random());
        if (random() % 4 == 0) p.resize(random() % 200);
        if (random() % 2) repair_checksums(p);
        device.receive(p);
        if (i % 64 == 0) settle();
    }
    every_frame_is_accounted_for();
    still_answers();
}

TEST_F(Hostile, SurvivesRandomFrames) {
    std::mt19937 random(8);
    for (int i = 0; i < 20'000; i++) {
        Packet p(random() % 1515);
        for (u8& b : p) b = static_cast<u8>(random());
        if (p.size() >= 14 && random() % 2) std::copy(kOurMac.bytes, kOurMac.bytes + 6, p.begin());
        if (p.size() >= 14 && random() % 2) p[12] = 8, p[13] = random() % 2 ? 0 : 6;
        device.receive(p);
    }
    every_frame_is_accounted_for();
    still_answers();
}

TEST_F(Hostile, SurvivesAnArpFlood) {
    for (u32 i = 0; i < 20'000; i++) {
        const MacAddr mac{{2, 0, static_cast<u8>(i >> 24), static_cast<u8>(i >> 16), static_cast<u8>(i >> 8),
                           static_cast<u8>(i)}};
        receive_arp(packets::arp(ArpOperation::Request, mac, Ipv4Addr{0x0a000200 + i % 256}, {}, kOurs),
                    MacAddr::broadcast());
        device.sent.clear();
    }
    settle();
    still_answers();
}

// Runs the receive path on four harts at once, while two program threads read and write.
TEST_F(Hostile, SurvivesSeveralHartsAtOnce) {
    std::vector<std::unique_ptr<FakeDevice>> devices;
    std::vector<OpenSocket> sockets;
    for (u8 i = 0; i < 3; i++) {
        devices.push_back(std::make_unique<FakeDevice>(MacAddr{{2, 0, 0, 0, 1, i}}));
        EXPECT_OK(stack->add_interface(*devices.back(), {{10, 1, i, 1}, 24}));
        sockets.push_back(udp_socket({10, 1, i, 2}, 2000, 7));
    }
    fake::world().now = fake::world().now + seconds(1);
    std::vector<std::thread> threads;
    for (u8 i = 0; i < 3; i++) {
        threads.emplace_back([&, i] {
            platform::this_hart = i + 1u;
            FakeDevice& d = *devices[i];
            const Ipv4Addr us{10, 1, i, 1}, them{10, 1, i, 2};
            const auto frame = [&](const Packet& p) {
                return packets::ether(d.mac(), kPeerMac, EtherType::Ipv4, p);
            };
            const auto arp = packets::arp(ArpOperation::Request, kPeerMac, them, {}, us);
            for (int n = 0; n < 300; n++) {
                if (n % 50 == 0) d.receive(packets::ether(d.mac(), kPeerMac, EtherType::Arp, arp));
                d.receive(frame(packets::udp_packet({them, us, 7, 2000}, packets::filled(64))));
                d.receive(frame(packets::udp_packet({them, us, 7, 9}, {})));
                (void)write(*sockets[i], packets::filled(64));
                read(*sockets[i]);
            }
        });
    }
    for (auto& t : threads) t.join();
    EXPECT_EQ(count(Stat::udp_in), 900u);
    EXPECT_EQ(count(Stat::udp_out), 900u);
    every_frame_is_accounted_for();
    still_answers();
}

}  // namespace
