// The segment size and black holes, on a block: kernel/net/tcp/packetization.cc.
#include "tcb_output_kit.h"

using namespace net;

namespace {

constexpr u32 kAllOffloads = NetDevice::kGather | NetDevice::kTcpChecksum | NetDevice::kTcpSegments;

struct SegmentSize : TcbOutputTest {
    explicit SegmentSize(u16 mtu = kEtherMtu) : TcbOutputTest(kAllOffloads, mtu) { open(); }
    // A router reports the MTU of the path.
    void learn(u16 path_mtu) { stack->path_mtus().learn(kGateway, path_mtu, t.path_mtu, now()); }
};

TEST_F(SegmentSize, IsTheSmallestLimit) {
    tcp_set_mss(t, 1400);
    EXPECT_EQ(t.mss, 1400) << "the peer's MSS";
    EXPECT_EQ(t.cc.mss, 1400u);
    tcp_set_mss(t, 9000);
    EXPECT_EQ(t.mss, 1460) << "the path";
    t.config.max_segment = 900;
    tcp_set_mss(t, 1400);
    EXPECT_EQ(t.mss, 900) << "TCP_MAXSEG";
    t.black_hole_mss = 512;
    tcp_set_mss(t, 1400);
    EXPECT_EQ(t.mss, 512) << "a black hole";
    t.black_hole_mss = 1000;
    tcp_set_mss(t, 700);
    EXPECT_EQ(t.mss, 700);
}

TEST_F(SegmentSize, LeavesRoomForTheTimestamps) {
    t.timestamps = true;
    tcp_set_mss(t, 1400);
    EXPECT_EQ(t.mss, 1400);
    EXPECT_EQ(t.cc.mss, 1388u);
}

TEST_F(SegmentSize, HasALowerLimitWhateverThePeerSays) {
    tcp_set_mss(t, 10);
    EXPECT_EQ(t.mss, 64);
    tcp_set_mss(t, 65);
    EXPECT_EQ(t.mss, 65);
}

TEST_F(SegmentSize, FollowsThePath) {
    tcp_set_mss(t, 1460);
    tcp_look_at_route(t, now());
    EXPECT_EQ(t.raise_mss_at, Instant::never()) << "nothing to raise";
    learn(1000);
    tcp_look_at_route(t, now());
    EXPECT_EQ(t.path_mtu, 1000);
    EXPECT_EQ(t.mss, 960);
    EXPECT_EQ(t.link_mtu, 1500);
    const Instant again = now() + PathMtus::kLifetime;
    EXPECT_EQ(t.raise_mss_at, again);
    pass(seconds(1));
    tcp_look_at_route(t, now());
    EXPECT_EQ(t.raise_mss_at, again) << "it is not put off";
}

TEST_F(SegmentSize, WithoutARouteThereIsNoOffload) {
    tcp_look_at_route(t, now());
    EXPECT_EQ(t.features, kAllOffloads);
    t.key.remote = kFar;
    EXPECT_OK(stack->routes().remove({}, *interface));
    tcp_look_at_route(t, now());
    EXPECT_EQ(t.features, 0u);
    EXPECT_EQ(t.path_mtu, 1500);
}

// A link that cannot carry the smallest segment: IP fragments it, and the device does not.
template <u16 mtu>
struct OnALinkOf : SegmentSize {
    OnALinkOf() : SegmentSize(mtu) { tcp_look_at_route(t, now()); }
};
using OnALinkOf104 = OnALinkOf<104>;
using OnALinkOf103 = OnALinkOf<103>;

TEST_F(OnALinkOf104, TheSmallestSegmentFits) {
    EXPECT_EQ(t.features, kAllOffloads);
    EXPECT_FALSE(t.may_fragment);
}

TEST_F(OnALinkOf103, TheSmallestSegmentIsFragmented) {
    EXPECT_EQ(t.features, 0u);
    EXPECT_TRUE(t.may_fragment);
    EXPECT_EQ(t.mss, 64);
}

// --- ICMP "too big" (RFC 1191)

TEST_F(SegmentSize, ASmallerPathMakesAllBeSentAgain) {
    tcp_set_mss(t, 1460);
    write(2920);
    tcp_packet_too_big(t, 1000, now());
    EXPECT_EQ(t.mss, 960);
    EXPECT_EQ(t.scoreboard.lost(), 2920u);
    EXPECT_EQ(count(Stat::icmp_too_big_in), 1u);
}

TEST_F(SegmentSize, AReportThatChangesNothingIsIgnored) {
    write(2000);
    tcp_packet_too_big(t, 1500, now());
    EXPECT_EQ(t.scoreboard.lost(), 0u);
}

TEST_F(SegmentSize, SegmentsThatRoutersMayNowFragmentAreSentAgain) {
    tcp_packet_too_big(t, PathMtus::kMinMtu, now());
    write(2000);
    tcp_packet_too_big(t, 300, now());
    EXPECT_EQ(t.mss, PathMtus::kMinMtu - 40) << "not smaller";
    EXPECT_TRUE(t.may_fragment);
    EXPECT_EQ(t.scoreboard.lost(), 2000u);
    output();
    tcp_packet_too_big(t, 200, now());
    EXPECT_EQ(t.scoreboard.lost(), 0u) << "once";
}

TEST_F(SegmentSize, IpRefusesWhatIsTooLongNow) {
    tcp_set_mss(t, 1460);
    EXPECT_FALSE(tcp_refused_as_too_big(t, now())) << "the MTU is not the reason";
    learn(1000);
    EXPECT_TRUE(tcp_refused_as_too_big(t, now()));
}

// --- black holes (RFC 4821)

struct BlackHoles : SegmentSize {
    BlackHoles() {
        tcp_set_mss(t, 1460);
        write(5000);
        pass(seconds(100));
        t.stalled_at = now();
    }
    bool suspects(u16 retries = 3) {
        t.retries = retries;
        return tcp_black_hole(t, now());
    }
    // Segments of 512 bytes have arrived, and full ones are tried again.
    void raise_from_512() {
        t.black_hole_mss = 512;
        tcp_set_mss(t, 1460);
        t.retries = 0;
        t.raise_mss_at = now();
        tcp_raise_mss(t, now());
        EXPECT_EQ(t.mss, 1460);
    }
    bool is_learnt() { return !stack->path_mtus().empty(); }
};

TEST_F(BlackHoles, AreSuspectedAtTheThirdTimeout) {
    EXPECT_FALSE(suspects(2));
    EXPECT_EQ(t.mss, 1460);
    EXPECT_TRUE(suspects(3));
    EXPECT_EQ(t.mss, 1024);
    EXPECT_EQ(count(Stat::tcp_black_holes), 1u);
    EXPECT_EQ(t.raise_mss_at, now() + seconds(2)) << "it may have been an outage";
    EXPECT_FALSE(is_learnt());
}

TEST_F(BlackHoles, AreNotTheReasonIfTheWindowIsClosed) {
    t.snd_wnd = 0;
    EXPECT_FALSE(suspects());
}

TEST_F(BlackHoles, EachSuspicionHalvesTheSegments) {
    for (const u16 mss : {1024, 512, 256, 128, 64}) {
        EXPECT_TRUE(suspects());
        EXPECT_EQ(t.mss, mss);
    }
    EXPECT_FALSE(suspects()) << "it cannot be smaller";
    EXPECT_EQ(t.mss, 64);
}

TEST_F(BlackHoles, TheFirstSizeIsSmallerThanBefore) {
    tcp_set_mss(t, 1024);
    EXPECT_TRUE(suspects());
    EXPECT_EQ(t.mss, 512);
}

TEST_F(BlackHoles, DataThatFitIntoASmallSegmentAreLostForAnotherReason) {
    acknowledge(segment(5000 - 1024));
    EXPECT_EQ(t.flight(), 1024u);
    t.config.no_delay = true;
    t.stalled_at = now();
    EXPECT_FALSE(suspects());
    write(1);
    EXPECT_TRUE(suspects());
}

TEST_F(BlackHoles, FullSegmentsAreTriedAgain) {
    raise_from_512();
    EXPECT_EQ(t.raised_from, 512);
    EXPECT_EQ(t.raised_at, now());
    EXPECT_EQ(t.black_hole_mss, 0);
    EXPECT_EQ(t.raise_mss_at, Instant::never());
}

TEST_F(BlackHoles, ButNotWhileNothingArrives) {
    EXPECT_TRUE(suspects());
    pass(seconds(3));
    tcp_raise_mss(t, now());
    EXPECT_EQ(t.mss, 1024);
    EXPECT_EQ(t.raise_mss_at, now() + seconds(2));
}

TEST_F(BlackHoles, AreProvenIfFullSegmentsAreLostAgainSoon) {
    raise_from_512();
    t.stalled_at = now() + milliseconds(59'999);
    EXPECT_TRUE(suspects());
    EXPECT_EQ(t.mss, 512) << "the size that arrived, at once";
    EXPECT_EQ(t.raise_mss_at, now() + PathMtus::kLifetime);
    EXPECT_EQ(stack->path_mtus().find(kGateway).mtu, 552);
    EXPECT_EQ(t.path_mtu, 552);
    EXPECT_FALSE(t.may_fragment);
}

TEST_F(BlackHoles, AreNotProvenByTheFirstLoss) {
    t.stalled_at = Instant{1};
    EXPECT_TRUE(suspects());
    EXPECT_EQ(t.mss, 1024);
    EXPECT_FALSE(is_learnt());
}

TEST_F(BlackHoles, AreNotProvenByALossMuchLater) {
    raise_from_512();
    t.stalled_at = now() + seconds(60);
    EXPECT_TRUE(suspects());
    EXPECT_EQ(t.mss, 1024);
    EXPECT_EQ(t.raise_mss_at, now() + seconds(2));
    EXPECT_FALSE(is_learnt());
}

// The size that arrived before does not arrive now.
TEST_F(BlackHoles, ThatGetNarrowerAreNotLearntAgain) {
    raise_from_512();
    EXPECT_TRUE(suspects());
    EXPECT_TRUE(suspects());
    EXPECT_EQ(t.mss, 256);
    EXPECT_FALSE(t.may_fragment);
    EXPECT_EQ(t.raise_mss_at, now() + PathMtus::kLifetime);
    EXPECT_EQ(stack->path_mtus().find(kGateway).mtu, 552);
}

}  // namespace
