// An interface's address and state change at run time.
#include <atomic>
#include <thread>

#include "net_test.h"
#include "new_mbuf.h"

using namespace net;

namespace {

constexpr Ipv4Addr kNew{10, 0, 2, 77};
constexpr Ipv4Prefix kOther{{192, 168, 5, 9}, 16};
constexpr Ipv4Addr kOtherPeer{192, 168, 5, 10};

struct SettingsOf : NetTest {
    SettingsOf() {
        introduce(kGateway, kGatewayMac);
        introduce(kPeer, kPeerMac);
    }
    Result<> set(Ipv4Prefix address) { return stack->set_address(*interface, address); }
    Result<> up(bool is) { return stack->set_up(*interface, is); }
    usize routes() {
        usize n = 0;
        while (stack->routes().at(n)) n++;
        return n;
    }
    void arp_request_for(Ipv4Addr target) {
        receive_arp(packets::arp(ArpOperation::Request, kPeerMac, kPeer, {}, target), MacAddr::broadcast());
    }
    void ping(Ipv4Addr to) {
        receive_ip(packets::ipv4({.src = kPeer, .dst = to, .protocol = 1},
                                 packets::icmp(IcmpType::EchoRequest, 0, 1, 1, packets::text("alive?"))));
    }
    void expect_answer_to_ping(Ipv4Addr at) {
        ping(at);
        EXPECT_EQ(as_text(SentIp(device.take_sent()).data()), "alive?");
    }
    void expect_announcement_of(Ipv4Addr a) {
        const ArpPacket p = sent_arp(device.take_sent());
        EXPECT_TRUE(p.is_announcement());
        EXPECT_EQ(p.sender_ip, a);
        nothing_was_sent();
    }
    void introduce_at_new() {
        arp_request_for(kNew);
        device.sent.clear();
    }
    static ArpPacket sent_arp_of(FakeDevice& d) { return sent_arp(d.take_sent()); }
    // A frame of a program that has no need of an address.
    Result<> send_raw() {
        MbufPtr m = new_mbuf();
        m->put(100);
        return interface->send_frame(std::move(m), kPeerMac, EtherType::Ipv4, WhenFull::Drop);
    }
};

// --- another address

TEST_F(SettingsOf, TheNewAddressIsAnnouncedAndAnswers) {
    EXPECT_OK(set({kNew, 24}));
    expect_announcement_of(kNew);
    arp_request_for(kNew);
    EXPECT_EQ(sent_arp(device.take_sent()).sender_ip, kNew);
    expect_answer_to_ping(kNew);
    EXPECT_TRUE(stack->is_own(kNew));
}

TEST_F(SettingsOf, TheOldAddressIsNobodysAnyMore) {
    EXPECT_OK(set({kNew, 24}));
    device.sent.clear();
    arp_request_for(kOurs);
    ping(kOurs);
    nothing_was_sent();
    EXPECT_EQ(count(Stat::ip_not_for_us), 1u);
    EXPECT_FALSE(stack->is_own(kOurs));
    EXPECT_EQ(value_of(stack->source_for(kPeer)), kNew);
    EXPECT_EQ(value_of(stack->source_for(kNew)), kNew) << "through loopback";
    EXPECT_EQ(stack->routes().find(kOurs)->interface, interface) << "another station may have it now";
}

TEST_F(SettingsOf, BroadcastsFollowTheNewNetwork) {
    EXPECT_OK(set(kOther));
    EXPECT_TRUE(stack->is_broadcast({192, 168, 255, 255}));
    EXPECT_FALSE(stack->is_broadcast({10, 0, 2, 255}));
    EXPECT_TRUE(stack->is_broadcast({255, 255, 255, 255}));
    EXPECT_OK(set({{10, 7, 7, 7}, 31}));
    EXPECT_FALSE(stack->is_broadcast({10, 7, 7, 7}));
    EXPECT_FALSE(stack->is_broadcast({10, 7, 7, 6})) << "RFC 3021";
    EXPECT_FALSE(stack->is_broadcast({})) << "a link without broadcasts";
    EXPECT_TRUE(stack->is_broadcast({127, 255, 255, 255})) << "that of loopback";
    EXPECT_FALSE(stack->is_own({127, 255, 255, 255}));
    EXPECT_TRUE(stack->is_own({127, 255, 255, 254}));
    device.sent.clear();
}

TEST_F(SettingsOf, AGatewayStaysOnlyIfItIsOnTheNewLink) {
    EXPECT_OK(set({kNew, 24}));
    EXPECT_EQ(stack->routes().gateway(*interface), kGateway);
    EXPECT_OK(set(kOther));
    EXPECT_EQ(stack->routes().gateway(*interface), Ipv4Addr());
    EXPECT_ERROR(stack->source_for(kFar), NetUnreach);
    EXPECT_OK(stack->add_route({{}, kOtherPeer, interface}));
    EXPECT_EQ(value_of(stack->source_for(kFar)), kOther.addr);
    device.sent.clear();
}

TEST_F(SettingsOf, NoRouteIsLeftBehindOrDoubled) {
    const usize before = routes();
    for (u8 i = 1; i < 100; i++) EXPECT_OK(set({{10, 0, 2, static_cast<u8>(100 + i)}, 24}));
    EXPECT_EQ(routes(), before);
    EXPECT_OK(set({}));
    EXPECT_EQ(routes(), 1u) << "only that of loopback";
    EXPECT_OK(set({kOurs, 24}));
    EXPECT_EQ(routes(), before - 1) << "all but the default route";
    device.sent.clear();
}

TEST_F(SettingsOf, AConnectedSocketOfTheOldAddressCanNeitherSendNorReceive) {
    auto s = udp_socket(kPeer);
    EXPECT_OK(write(*s, packets::text("before")));
    EXPECT_EQ(as_text(SentIp(device.take_sent()).data()), "before");
    EXPECT_OK(set({kNew, 24}));
    device.sent.clear();
    EXPECT_ERROR(write(*s, packets::text("after")), AddrNotAvail);
    EXPECT_EQ(count(Stat::ip_not_our_source), 1u);
    receive_ip(to_socket(*s, packets::text("late")));
    EXPECT_EQ(s->queued(), 0u);
    nothing_was_sent();
    EXPECT_OK(set({kOurs, 24}));
    device.sent.clear();
    introduce(kPeer, kPeerMac);
    EXPECT_OK(write(*s, packets::text("again")));
    EXPECT_EQ(as_text(SentIp(device.take_sent()).data()), "again");
}

TEST_F(SettingsOf, AnotherSourceForTheSameDestinationIsCheckedToo) {
    auto old_one = udp_socket(kPeer);
    EXPECT_OK(set({kNew, 24}));
    introduce_at_new();
    auto new_one = udp_socket(kPeer, 2001);
    EXPECT_OK(write(*new_one, packets::text("x")));
    EXPECT_ERROR(write(*old_one, packets::text("y")), AddrNotAvail);
    EXPECT_OK(write(*new_one, packets::text("z")));
    EXPECT_EQ(device.sent.size(), 2u);
    device.sent.clear();
}

TEST_F(SettingsOf, NeighboursOfTheOldLinkAreForgottenAndTheirPacketsDropped) {
    auto s = udp_socket({10, 0, 2, 99});
    for (int i = 0; i < 3; i++) EXPECT_OK(write(*s, packets::text("wait")));
    EXPECT_EQ(interface->arp().waiting(), 3u);
    EXPECT_OK(set({kNew, 24}));
    EXPECT_EQ(interface->arp().waiting(), 0u);
    EXPECT_FALSE(interface->arp().at(0));
    EXPECT_EQ(count(Stat::arp_flushed), 3u);
    device.sent.clear();
    fake::world().advance(seconds(10));
    nothing_was_sent();
}

TEST_F(SettingsOf, TheSameAddressMayGetAnotherLength) {
    EXPECT_OK(set({kOurs, 16}));
    expect_announcement_of(kOurs);
    EXPECT_TRUE(stack->is_broadcast({10, 0, 255, 255}));
    EXPECT_EQ(value_of(stack->source_for({10, 0, 9, 9})), kOurs);
}

TEST_F(SettingsOf, TheSameAddressAgainChangesNothing) {
    EXPECT_OK(set({kOurs, 24}));
    nothing_was_sent();
    EXPECT_TRUE(interface->arp().at(0));
}

TEST_F(SettingsOf, ImpossibleAddressesAreRefusedAndChangeNothing) {
    FakeDevice other(kPeerMac, "fake1");
    EXPECT_OK(stack->add_interface(other, kOther));
    for (Ipv4Prefix p : {Ipv4Prefix{{}, 24},
                         {{10, 0, 2, 255}, 24},
                         {{224, 0, 0, 1}, 4},
                         {{127, 0, 0, 2}, 8},
                         {{10, 0, 0, 1}, 33},
                         {kOther.addr, 24}})
        EXPECT_ERROR(set(p), AddrNotAvail) << format_addr(p.addr).text;
    EXPECT_ERROR(stack->set_address(stack->loopback(), {kNew, 24}), OpNotSupp);
    EXPECT_ERROR(stack->set_up(stack->loopback(), false), OpNotSupp);
    expect_answer_to_ping(kOurs);
    EXPECT_EQ(stack->routes().gateway(*interface), kGateway);
}

TEST_F(SettingsOf, AFullRouteTableRefusesAnAddressAndKeepsTheOldState) {
    EXPECT_OK(set({}));
    FakeDevice other(kPeerMac, "fake1");
    const Interface* second = value_of(stack->add_interface(other, kOther));
    for (u8 i = 0; stack->add_route({{{50, i, 0, 0}, 16}, kOtherPeer, const_cast<Interface*>(second)}).ok();)
        i++;
    EXPECT_EQ(routes(), RouteTable::kMaxRoutes);
    EXPECT_ERROR(set({kOurs, 24}), NoSpc);
    EXPECT_EQ(interface->addr(), Ipv4Addr());
    EXPECT_EQ(routes(), RouteTable::kMaxRoutes);
}

TEST_F(SettingsOf, ADefaultGatewayIsReplacedWhileSocketsSend) {
    auto s = udp_socket(kFar);
    EXPECT_OK(write(*s, packets::text("x")));
    EXPECT_EQ(SentIp(device.take_sent()).ether.dst, kGatewayMac);
    EXPECT_OK(stack->add_route({{}, kPeer, interface}));
    EXPECT_OK(write(*s, packets::text("y")));
    EXPECT_EQ(SentIp(device.take_sent()).ether.dst, kPeerMac);
    EXPECT_OK(stack->routes().remove({}, *interface));
    EXPECT_ERROR(write(*s, packets::text("z")), NetUnreach);
}

TEST_F(SettingsOf, ARouteNeedsAGatewayOnTheLink) {
    EXPECT_ERROR(stack->add_route({{{50, 0, 0, 0}, 8}, kFar, interface}), NetUnreach);
    EXPECT_ERROR(stack->add_route({{{50, 0, 0, 0}, 8}, kOurs, interface}), NetUnreach);
    EXPECT_OK(stack->add_route({{{50, 0, 0, 0}, 8}, kPeer, interface}));
    EXPECT_OK(stack->add_route({{{60, 0, 0, 0}, 8}, {}, interface})) << "or none: the hosts are on the link";
    EXPECT_EQ(stack->routes().find({60, 0, 0, 1})->neighbour, (Ipv4Addr{60, 0, 0, 1}));
    EXPECT_OK(set({}));
    EXPECT_ERROR(stack->add_route({{{50, 0, 0, 0}, 8}, {}, interface}), NetUnreach) << "no address";
}

TEST_F(SettingsOf, ARouteOfHigherMetricDoesNotLeadPacketsToOurselvesOut) {
    EXPECT_OK(stack->add_route({{kOurs, 32}, {}, interface, 1}));
    EXPECT_EQ(stack->routes().find(kOurs)->interface, &stack->loopback());
}

// --- no address

TEST_F(SettingsOf, AnInterfaceWithoutAnAddressReceivesNothingAndSendsOnlyRawFrames) {
    auto s = udp_socket(kPeer);
    EXPECT_OK(set({}));
    arp_request_for({});
    arp_request_for(kOurs);
    ping({});
    ping(kOurs);
    ping({255, 255, 255, 255});
    nothing_was_sent();
    EXPECT_EQ(count(Stat::ether_no_address), 5u);
    EXPECT_EQ(count(Stat::arp_conflicts), 0u);
    EXPECT_ERROR(stack->connect_udp(kPeer, 0, 7), NetUnreach);
    EXPECT_ERROR(write(*s, packets::text("x")), AddrNotAvail);
    EXPECT_OK(send_raw());
    EXPECT_EQ(device.sent.size(), 1u);
    EXPECT_FALSE(stack->is_own({}));
}

TEST_F(SettingsOf, ACardMayBeAddedWithoutAnAddressAndGetOneLater) {
    FakeDevice other({{2, 0, 0, 0, 0, 1}}, "fake1");
    Interface* added = value_of(stack->add_interface(other, {}));
    EXPECT_TRUE(other.sent.empty());
    MbufPtr raw = new_mbuf();
    raw->put(100);
    EXPECT_OK(added->send_frame(std::move(raw), kPeerMac, EtherType::Ipv4, WhenFull::Drop));
    EXPECT_EQ(other.take_sent().size(), 114u);
    EXPECT_FALSE(stack->source_for(kOtherPeer).ok() &&
                 value_of(stack->source_for(kOtherPeer)) == kOther.addr);
    EXPECT_OK(stack->set_address(*added, kOther));
    EXPECT_EQ(sent_arp_of(other).sender_ip, kOther.addr);
    EXPECT_EQ(value_of(stack->source_for(kOtherPeer)), kOther.addr);
    EXPECT_EQ(value_of(stack->source_for(kFar)), kOurs) << "the default route stays";
}

// --- down and up

TEST_F(SettingsOf, AnInterfaceThatIsDownSendsAndReceivesNothing) {
    auto s = udp_socket(kPeer);
    EXPECT_OK(up(false));
    arp_request_for(kOurs);
    ping(kOurs);
    EXPECT_EQ(count(Stat::ether_interface_down), 2u);
    EXPECT_ERROR(write(*s, packets::text("x")), NetDown);
    EXPECT_ERROR(send_raw(), NetDown);
    EXPECT_EQ(count(Stat::tx_interface_down), 2u);
    EXPECT_ERROR(stack->connect_udp(kPeer, 0, 7), NetUnreach);
    EXPECT_ERROR(stack->connect_udp(kOurs, 0, 7), NetUnreach);
    EXPECT_FALSE(stack->is_own(kOurs));
    EXPECT_FALSE(stack->is_own({}));
    EXPECT_FALSE(stack->is_broadcast({10, 0, 2, 255}));
    net_link_changed(device, true);
    nothing_was_sent();
}

TEST_F(SettingsOf, UpAgainItHasItsAddressAndItsRoutesBack) {
    const usize before = routes();
    EXPECT_OK(up(false));
    EXPECT_OK(stack->add_route({{{50, 0, 0, 0}, 8}, kPeer, interface}));
    EXPECT_ERROR(stack->source_for({50, 0, 0, 1}), NetUnreach);
    EXPECT_OK(up(true));
    expect_announcement_of(kOurs);
    EXPECT_EQ(routes(), before + 1);
    EXPECT_EQ(value_of(stack->source_for({50, 0, 0, 1})), kOurs);
    EXPECT_EQ(value_of(stack->source_for(kFar)), kOurs);
    introduce(kPeer, kPeerMac);
    expect_answer_to_ping(kOurs);
}

TEST_F(SettingsOf, AnAddressSetWhileDownIsUsedWhenUp) {
    EXPECT_OK(up(false));
    EXPECT_OK(set({kNew, 24}));
    nothing_was_sent();
    EXPECT_ERROR(stack->source_for(kPeer), NetUnreach);
    EXPECT_OK(up(true));
    expect_announcement_of(kNew);
    EXPECT_EQ(value_of(stack->source_for(kPeer)), kNew);
}

// --- while packets flow

TEST_F(SettingsOf, AddressesChangeWhilePacketsFlow) {
    std::atomic<bool> over{false};
    std::jthread changer([&] {
        platform::this_hart = 1;
        for (int i = 0; i < 2000; i++) {
            EXPECT_OK(set(i % 3 == 0 ? Ipv4Prefix{kNew, 24} : i % 3 == 1 ? Ipv4Prefix{} : kOther));
            EXPECT_OK(up(i % 5 != 0));
        }
        over = true;
    });
    platform::this_hart = 2;
    for (int i = 0; !over || i < 1000; i++) {
        for (Ipv4Addr to : {kNew, kOurs, kOther.addr, Ipv4Addr()}) ping(to);
        arp_request_for(kNew);
        if (const auto s = stack->connect_udp(kPeer, 0, 7); s.ok()) {
            (void)write(*s.value(), packets::text("x"));
            s.value()->close();
        }
    }
    changer.join();
    platform::this_hart = 0;
    EXPECT_OK(up(true));
    EXPECT_OK(set({kOurs, 24}));
    device.sent.clear();
    introduce(kPeer, kPeerMac);
    expect_answer_to_ping(kOurs);
    fake::world().advance(seconds(120));
    device.sent.clear();
}

}  // namespace
