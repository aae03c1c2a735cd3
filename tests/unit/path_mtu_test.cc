// Path MTU discovery: the cache, which ICMP messages are accepted, and the effect on UDP and ping sockets.
// For TCP see tcp_path_mtu_test.cc.
#include "net/proto/path_mtu.h"

#include "abi/socket.h"
#include "net_test.h"

using namespace net;
using packets::Packet;

namespace {

// --- the cache

struct PathMtuCache : NetTest {
    PathMtus& mtus = stack->path_mtus();
    void learn(Ipv4Addr a, u16 told, u16 used = 1500) { mtus.learn(a, told, used, net::platform::now()); }
};

TEST_F(PathMtuCache, KnowsNothingAtFirst) {
    EXPECT_TRUE(mtus.empty());
    EXPECT_EQ(mtus.find(kFar).mtu, 65535);
    EXPECT_EQ(stack->path_to(kFar)->mtu, 1500);
}

TEST_F(PathMtuCache, KeepsTheLowestMtuOfADestination) {
    learn(kFar, 1400);
    learn(kFar, 1450);
    EXPECT_EQ(mtus.find(kFar).mtu, 1400);
    learn(kFar, 600, 1400);
    EXPECT_EQ(mtus.find(kFar).mtu, 600);
    EXPECT_EQ(mtus.find(kPeer).mtu, 65535) << "another destination";
    EXPECT_EQ(stack->path_to(kFar)->mtu, 600);
    EXPECT_EQ(stack->path_to(kFar)->link_mtu, 1500);
}

TEST_F(PathMtuCache, IgnoresWhatIsNoSmallerAndWhatNoLinkHas) {
    for (u16 told : {1, 67, 1500, 1501, 65535}) learn(kFar, told);
    EXPECT_TRUE(mtus.empty());
}

TEST_F(PathMtuCache, GoesDownByPlateausWhenARouterDoesNotTell) {
    for (u16 used : {1500, 1492, 1006}) {
        learn(kFar, 0, used);
        EXPECT_EQ(mtus.find(kFar).mtu, used == 1500 ? 1492 : used == 1492 ? 1006 : 552);
        EXPECT_FALSE(mtus.find(kFar).may_fragment);
    }
    learn(kFar, 0, 552);
    EXPECT_EQ(mtus.find(kFar).mtu, 552);
    EXPECT_TRUE(mtus.find(kFar).may_fragment);
}

TEST_F(PathMtuCache, LetsRoutersFragmentRatherThanGoBelow552) {
    for (u16 told : {551, 68}) {
        learn(kFar, told);
        EXPECT_EQ(mtus.find(kFar).mtu, 552);
        EXPECT_TRUE(mtus.find(kFar).may_fragment);
    }
}

TEST_F(PathMtuCache, ForgetsAfterTenMinutes) {
    learn(kFar, 1400);
    fake::world().advance(seconds(300));
    learn(kPeer, 1300);
    fake::world().advance(seconds(299));
    EXPECT_EQ(mtus.find(kFar).mtu, 1400);
    fake::world().advance(seconds(2));
    EXPECT_EQ(mtus.find(kFar).mtu, 65535);
    EXPECT_EQ(mtus.find(kPeer).mtu, 1300);
    fake::world().advance(seconds(300));
    EXPECT_TRUE(mtus.empty());
}

TEST_F(PathMtuCache, CountsAnEntryOfAnyAddress) {
    learn(Ipv4Addr{}, 1400);  // the address of free entries
    EXPECT_FALSE(mtus.empty());
    fake::world().advance(seconds(601));
    EXPECT_TRUE(mtus.empty());
}

TEST_F(PathMtuCache, IsBoundedAndKeepsTheLatest) {
    for (u32 i = 0; i < 10'000; i++) {
        const Ipv4Addr a{0x0b00'0000u + i};
        fake::world().advance(microseconds(1));
        const u16 told = i < 5000 ? 600 : 1400;
        learn(a, told);
        ASSERT_EQ(mtus.find(a).mtu, told) << "and not what the replaced entry had";
    }
    usize known = 0;
    for (u32 i = 0; i < 10'000; i++) known += mtus.find(Ipv4Addr{0x0b00'0000u + i}).mtu == 1400;
    EXPECT_LE(known, PathMtus::kSets * PathMtus::kWays);
    // The hash spreads consecutive addresses evenly over the sets.
    for (u32 i = 10'000 - PathMtus::kSets * PathMtus::kWays / 2; i < 10'000; i++)
        EXPECT_EQ(mtus.find(Ipv4Addr{0x0b00'0000u + i}).mtu, 1400) << "one of the latest";
    fake::world().advance(seconds(601));
    EXPECT_TRUE(mtus.empty());
}

// --- sockets

struct NarrowPath : NetTest {
    NarrowPath() { introduce(kGateway, kGatewayMac); }

    static Result<> set(Socket& s, int name, int v) {
        return s.set_option(IPPROTO_IP, name, {reinterpret_cast<const u8*>(&v), sizeof v});
    }
    static int mtu_of(Socket& s) {
        int v = -1;
        const auto got = s.get_option(IPPROTO_IP, IP_MTU, {reinterpret_cast<u8*>(&v), sizeof v});
        return got.ok() ? v : -static_cast<int>(got.error());
    }
    // A router's "fragmentation needed" about a frame of ours.
    void complain(const Packet& about, u16 mtu) {
        ASSERT_GE(about.size(), 42u);
        Packet quote(about.begin() + 14, about.begin() + 14 + 28);
        complain_of_packet(quote, mtu);
    }
    void complain_of_packet(const Packet& quote, u16 mtu) {
        receive_ip(packets::ipv4({.src = kGateway, .dst = kOurs, .protocol = 1},
                                 packets::icmp(IcmpType::Unreachable, 4, 0, mtu, quote)));
    }
    OpenSocket wanting(int discover, Ipv4Addr remote = kFar) {
        OpenSocket s = udp_socket(remote, 2000, 7);
        EXPECT_OK(set(*s, IP_MTU_DISCOVER, discover));
        return s;
    }
    // Writes a datagram of n bytes and returns its only frame.
    Packet sent(Socket& s, usize n) {
        EXPECT_OK(write(s, packets::filled(n)));
        return device.take_sent();
    }
    usize longest_sent() {
        usize longest = 0;
        for (; !device.sent.empty(); device.sent.pop_front())
            longest = std::max(longest, device.sent.front().size() - 14);
        return longest;
    }
};

TEST_F(NarrowPath, IsNotAskedAboutUnlessTheProgramWants) {
    auto s = udp_socket(kFar, 2000, 7);
    const SentIp plain(sent(*s, 1472));
    EXPECT_FALSE(plain.ip.dont_fragment());
    complain(plain.bytes, 600);
    EXPECT_TRUE(stack->path_mtus().empty()) << "no ICMP message about a packet without DF is accepted";
    EXPECT_OK(write(*s, packets::filled(1472)));
    EXPECT_EQ(longest_sent(), 1500u);
}

TEST_F(NarrowPath, IsFragmentedForFromThenOn) {
    auto s = wanting(IP_PMTUDISC_WANT);
    const SentIp first(sent(*s, 1472));
    EXPECT_TRUE(first.ip.dont_fragment());
    EXPECT_EQ(mtu_of(*s), 1500);
    complain(first.bytes, 600);
    EXPECT_EQ(count(Stat::icmp_too_big_in), 1u);
    EXPECT_EQ(mtu_of(*s), 600);
    EXPECT_ERROR(write(*s, packets::filled(1)), MsgSize) << "as on Linux, the error is reported once";
    EXPECT_OK(write(*s, packets::filled(1472)));
    EXPECT_LE(longest_sent(), 600u);
    EXPECT_TRUE(SentIp(sent(*s, 572)).ip.dont_fragment());
    device.sent.clear();
    fake::world().advance(seconds(601));
    device.sent.clear();
    introduce(kGateway, kGatewayMac);
    EXPECT_OK(write(*s, packets::filled(1472)));
    EXPECT_EQ(longest_sent(), 1500u) << "the entry expires after ten minutes";
}

TEST_F(NarrowPath, IsAnErrorForThoseWhoNeverFragment) {
    auto s = wanting(IP_PMTUDISC_DO);
    complain(sent(*s, 1472), 600);
    EXPECT_ERROR(write(*s, packets::filled(572)), MsgSize);
    EXPECT_ERROR(write(*s, packets::filled(573)), MsgSize);
    EXPECT_TRUE(SentIp(sent(*s, 572)).ip.dont_fragment());
}

TEST_F(NarrowPath, OfLessThan552LeavesFragmentingToRouters) {
    auto s = wanting(IP_PMTUDISC_WANT);
    complain(sent(*s, 1472), 300);
    EXPECT_ERROR(write(*s, packets::filled(1)), MsgSize);
    const SentIp plain(sent(*s, 500));
    EXPECT_FALSE(plain.ip.dont_fragment());
    EXPECT_FALSE(plain.ip.is_fragment());
    EXPECT_EQ(mtu_of(*s), 552);
}

TEST_F(NarrowPath, OfLessThan552IsNotForThoseWhoNeverFragment) {
    auto s = wanting(IP_PMTUDISC_DO);
    complain(sent(*s, 1472), 300);
    EXPECT_ERROR(write(*s, packets::filled(1)), MsgSize);
    EXPECT_TRUE(SentIp(sent(*s, 500)).ip.dont_fragment());
}

TEST_F(NarrowPath, IsTheSameForAllSockets) {
    auto s = wanting(IP_PMTUDISC_WANT);
    complain(sent(*s, 1472), 600);
    auto other = udp_socket(kFar, 2001, 7);
    EXPECT_OK(write(*other, packets::filled(1472)));
    EXPECT_LE(longest_sent(), 600u);
    auto echo = echo_socket(kFar);
    EXPECT_OK(write(*echo, packets::filled(1400)));
    EXPECT_LE(longest_sent(), 600u);
    auto near = udp_socket(kGateway, 2002, 7);
    EXPECT_OK(write(*near, packets::filled(1472)));
    EXPECT_EQ(longest_sent(), 1500u) << "another path";
}

TEST_F(NarrowPath, OfAPingIsLearntToo) {
    auto echo = echo_socket(kFar);
    EXPECT_OK(set(*echo, IP_MTU_DISCOVER, IP_PMTUDISC_WANT));
    complain(sent(*echo, 1400), 600);
    EXPECT_EQ(stack->path_to(kFar)->mtu, 600);
}

TEST_F(NarrowPath, OfAnUnconnectedSocketIsLearntToo) {
    const OpenSocket s(value_of(open_udp(*stack)));
    EXPECT_OK(s->bind({{}, 53}));
    EXPECT_OK(set(*s, IP_MTU_DISCOVER, IP_PMTUDISC_WANT));
    const Packet data = packets::filled(1400);
    const SocketAddr to{kFar, 5353};
    EXPECT_OK(s->send({reinterpret_cast<uptr>(data.data())}, data.size(), 0, &to));
    complain(device.take_sent(), 600);
    EXPECT_EQ(stack->path_to(kFar)->mtu, 600);
    EXPECT_EQ(mtu_of(*s), -static_cast<int>(Errno::NotConn));
}

// An off-path attacker must guess a socket that sets DF, and its ports.
TEST_F(NarrowPath, IsNotBelievedOfAPacketThatNobodySent) {
    auto s = wanting(IP_PMTUDISC_WANT);
    auto plain = udp_socket(kFar, 2001, 7);
    const Packet real = sent(*s, 1472);
    ASSERT_GE(real.size(), 42u);
    for (usize spoiled : {6u, 12u, 20u + 1, 20u + 3}) {  // DF, our address, either port
        Packet quote(real.begin() + 14, real.begin() + 14 + 28);
        quote[spoiled] ^= 0x40;
        complain_of_packet(quote, 600);
    }
    Packet quote(real.begin() + 14, real.begin() + 14 + 28);
    quote[21] = static_cast<u8>(2001 & 0xff);
    complain_of_packet(quote, 600);
    EXPECT_TRUE(stack->path_mtus().empty());
    EXPECT_EQ(count(Stat::icmp_too_big_in), 0u);
}

// A socket that is bound to a port only would accept a packet to any address of ours.
TEST_F(NarrowPath, IsNotBelievedOfAPacketThatWeCannotHaveSent) {
    const OpenSocket s(value_of(open_udp(*stack)));
    EXPECT_OK(s->bind({{}, 53}));
    EXPECT_OK(set(*s, IP_MTU_DISCOVER, IP_PMTUDISC_WANT));
    const auto complain_about = [this](Ipv4Addr src, Ipv4Addr dst) {
        complain_of_packet(
            packets::ipv4({.src = src, .dst = dst, .protocol = 17, .flags_offset = Ipv4Header::kDontFragment},
                          packets::udp({src, dst, 53, 7}, {})),
            600);
    };
    complain_about({192, 0, 2, 99}, kFar);
    EXPECT_TRUE(stack->path_mtus().empty()) << "the source is not ours";
    EXPECT_OK(stack->routes().remove({}, *interface));
    complain_about(kOurs, kFar);
    EXPECT_TRUE(stack->path_mtus().empty()) << "there is no route to the destination";
    complain_about(kOurs, kPeer);
    EXPECT_EQ(stack->path_to(kPeer)->mtu, 600);
}

// RFC 1191 section 4: only "fragmentation needed" has the MTU in this field.
TEST_F(NarrowPath, IsNotReadFromOtherErrors) {
    auto s = wanting(IP_PMTUDISC_WANT);
    const Packet frame = sent(*s, 1472);
    ASSERT_GE(frame.size(), 42u);
    const Packet quote(frame.begin() + 14, frame.begin() + 14 + 28);
    const auto receive = [&](IcmpType type, u8 code) {
        receive_ip(packets::ipv4({.src = kGateway, .dst = kOurs, .protocol = 1},
                                 packets::icmp(type, code, 0, 600, quote)));
    };
    for (u8 code = 0; code < 16; code++) {
        if (code != 4) receive(IcmpType::Unreachable, code);
        receive(IcmpType::TimeExceeded, code);
    }
    EXPECT_TRUE(stack->path_mtus().empty());
    EXPECT_EQ(count(Stat::icmp_too_big_in), 0u);
}

}  // namespace
