// The lossy box (tests/wire/) without sockets and clocks: its effects on frames.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <set>

#include "net/wire/ether.h"
#include "net/wire/icmp.h"
#include "tests/wire/direction.h"
#include "tests/wire/end.h"
#include "tests/wire/options.h"
#include "tests/wire/too_long.h"
#include "tests/wire/under_way.h"

using namespace net;
using wire::Arrival;
using wire::Direction;
using wire::Frame;
using wire::Weather;

namespace {

constexpr MacAddr kMacA{{2, 0, 0, 0, 0, 1}}, kMacB{{2, 0, 0, 0, 0, 2}};
constexpr Ipv4Addr kA{10, 0, 2, 15}, kB{10, 0, 2, 2};

// A UDP packet from A to B of `size` bytes, including headers; its payload counts up.
Frame packet(usize size, u16 flags = Ipv4Header::kDontFragment) {
    Frame f(sizeof(EtherHeader) + size);
    *reinterpret_cast<EtherHeader*>(f.data()) = EtherHeader::make(kMacB, kMacA, EtherType::Ipv4);
    *reinterpret_cast<Ipv4Header*>(f.data() + 14) =
        Ipv4Header::make(kA, kB, IpProtocol::Udp, size - sizeof(Ipv4Header), 7, 64, flags);
    for (usize i = 34; i < f.size(); i++) f[i] = static_cast<u8>(i);
    return f;
}

Frame arp() {
    Frame f(60);
    *reinterpret_cast<EtherHeader*>(f.data()) = EtherHeader::make(kMacB, kMacA, EtherType::Arp);
    return f;
}

// Sends n frames, one per `gap`; returns the arrivals.
std::vector<Arrival> carry(Direction& d, int n, const Frame& frame, Duration gap = milliseconds(1)) {
    std::vector<Arrival> out;
    for (int i = 0; i < n; i++) d.carry(Instant{} + gap * i, frame, out);
    return out;
}

Ipv4Packet packet_in(const Frame& f) { return Ipv4Packet::parse(Bytes(f).subspan(14)).value(); }

}  // namespace

TEST(LossyBox, FineWeatherDeliversEachFrameAtOnceAndUnharmed) {
    Direction d({}, 1);
    const auto out = carry(d, 100, packet(100));
    ASSERT_EQ(out.size(), 100u);
    for (usize i = 0; i < out.size(); i++) {
        EXPECT_EQ(out[i].when, Instant{} + milliseconds(static_cast<i64>(i)));
        EXPECT_EQ(out[i].frame, packet(100));
    }
}

TEST(LossyBox, LosesTheShareItIsTold) {
    Direction d({.loss = 0.05}, 1);
    const usize arrived = carry(d, 20'000, packet(100)).size();
    EXPECT_NEAR(static_cast<double>(arrived), 19'000, 150);
    EXPECT_EQ(d.counts.lost, 20'000 - arrived);
}

TEST(LossyBox, TheSameSeedLosesTheSameFramesAndAnotherSeedOthers) {
    const auto times = [](u64 seed) {
        Direction d({.loss = 0.3}, seed);
        std::vector<u64> when;
        for (const auto& a : carry(d, 200, packet(100))) when.push_back(a.when.ns);
        return when;
    };
    EXPECT_EQ(times(1), times(1));
    EXPECT_NE(times(1), times(2));
}

TEST(LossyBox, MoreLossDoesNotMoveWhatIsDoubled) {
    const auto doubled = [](double loss) {
        Direction d({.loss = loss, .doubling = 0.5}, 1);
        std::set<u64> twice, once;
        for (const auto& a : carry(d, 1000, packet(100))) {
            if (!once.insert(a.when.ns).second) twice.insert(a.when.ns);
        }
        return twice;
    };
    const auto fine = doubled(0), bad = doubled(0.3);
    EXPECT_LT(bad.size(), fine.size());
    EXPECT_TRUE(std::includes(fine.begin(), fine.end(), bad.begin(), bad.end()));
}

TEST(LossyBox, TheFirstFramesMayBeSpared) {
    Direction d({.loss = 1, .spared = 3}, 1);
    carry(d, 2, arp());
    EXPECT_EQ(carry(d, 10, packet(100)).size(), 3u);
    EXPECT_EQ(d.counts.lost, 7u);
}

TEST(LossyBox, ArpIsNeverHarmed) {
    Direction d({.loss = 1, .damage = 1, .doubling = 1, .held = 1, .held_by = seconds(1)}, 1);
    const auto out = carry(d, 50, arp());
    ASSERT_EQ(out.size(), 50u);
    for (const auto& a : out) EXPECT_EQ(a.frame, arp());
    EXPECT_EQ(out[0].when, Instant{});
}

TEST(LossyBox, ABurstLastsAsLongAsItIsTold) {
    Direction d({.burst = 0.001, .burst_length = 20}, 1);
    carry(d, 100'000, packet(60));
    // About 100 bursts of 20 frames.
    EXPECT_NEAR(static_cast<double>(d.counts.lost), 2000, 500);
}

TEST(LossyBox, ABurstMayLoseOnlyAShare) {
    Direction d({.burst = 1, .burst_length = 1000, .burst_loss = 0.25}, 1);
    carry(d, 10'000, packet(60));
    EXPECT_NEAR(static_cast<double>(d.counts.lost), 2500, 150);
}

TEST(LossyBox, DamageFlipsOneBitBehindTheEthernetHeader) {
    Direction d({.damage = 1}, 1);
    for (const auto& a : carry(d, 500, packet(60))) {
        int bits = 0;
        for (usize i = 0; i < a.frame.size(); i++) {
            const int flipped = std::popcount(static_cast<u8>(a.frame[i] ^ packet(60)[i]));
            EXPECT_TRUE(i >= 14 || flipped == 0);
            bits += flipped;
        }
        EXPECT_EQ(bits, 1);
    }
    EXPECT_EQ(d.counts.damaged, 500u);
}

TEST(LossyBox, AHeldFrameIsOvertakenByThoseBehindIt) {
    Direction d({.held = 0.2, .delay = milliseconds(5), .held_by = milliseconds(20)}, 1);
    const auto out = carry(d, 1000, packet(100));
    ASSERT_EQ(out.size(), 1000u);
    u64 late = 0;
    for (usize i = 0; i < out.size(); i++) {
        const Duration took = out[i].when - (Instant{} + milliseconds(static_cast<i64>(i)));
        EXPECT_TRUE(took == milliseconds(5) || took == milliseconds(25));
        late += took == milliseconds(25);
    }
    EXPECT_EQ(late, d.counts.held);
    EXPECT_NEAR(static_cast<double>(late), 200, 40);
}

TEST(LossyBox, JitterStaysWithinItsSpan) {
    Direction d({.delay = milliseconds(5), .jitter = milliseconds(10)}, 1);
    const auto out = carry(d, 1000, packet(100), {});
    const auto [first, last] =
        std::minmax_element(out.begin(), out.end(), [](auto& a, auto& b) { return a.when < b.when; });
    EXPECT_GE(first->when, Instant{} + milliseconds(5));
    EXPECT_LT(last->when, Instant{} + milliseconds(15));
    EXPECT_GT(last->when - first->when, milliseconds(9));
}

TEST(LossyBox, ARateSpacesFramesAndAFullQueueDropsTheNewest) {
    // The link sends 1,000 bytes per ms. 10 frames of 1,000 bytes arrive at once, for a queue of 5,000 bytes.
    Direction d({.bytes_per_second = 1'000'000, .queue_bytes = 5000}, 1);
    const auto out = carry(d, 10, packet(986), {});
    ASSERT_EQ(out.size(), 5u);
    for (usize i = 0; i < out.size(); i++)
        EXPECT_EQ(out[i].when, Instant{} + milliseconds(static_cast<i64>(i) + 1));
    EXPECT_EQ(d.counts.queue_full, 5u);
}

TEST(LossyBox, AnIdleLinkSavesNoRateUp) {
    Direction d({.bytes_per_second = 1'000'000}, 1);
    std::vector<Arrival> out;
    d.carry(Instant{}, packet(986), out);
    d.carry(Instant{} + seconds(1), packet(986), out);
    EXPECT_EQ(out[1].when, Instant{} + seconds(1) + milliseconds(1));
}

TEST(LossyBox, ATooLongPacketIsFragmentedAndTheFragmentsMakeItUp) {
    Direction d({.mtu = 576}, 1);
    const Frame whole = packet(1500, 0);
    Frame payload;
    for (const auto& a : carry(d, 1, whole)) {
        const auto f = packet_in(a.frame);
        EXPECT_LE(f.bytes().size(), 576u);
        EXPECT_TRUE(f.header_checksum_ok());
        EXPECT_EQ(f.header().fragment_offset(), payload.size());
        EXPECT_EQ(f.header().identification, 7);
        payload.insert(payload.end(), f.payload().begin(), f.payload().end());
        EXPECT_EQ(f.header().more_fragments(), payload.size() < 1480);
    }
    EXPECT_EQ(payload, Frame(whole.begin() + 34, whole.end()));
    EXPECT_EQ(d.counts.fragmented, 1u);
}

TEST(LossyBox, AFragmentIsFragmentedOnceMore) {
    Direction d({.mtu = 576}, 1);
    const auto out = carry(d, 1, packet(1500, Ipv4Header::kMoreFragments | 100));
    ASSERT_EQ(out.size(), 3u);
    EXPECT_EQ(packet_in(out[0].frame).header().fragment_offset(), 800u);
    EXPECT_TRUE(packet_in(out[2].frame).header().more_fragments());
}

TEST(LossyBox, ATooLongPacketWithDfIsAnsweredByIcmp) {
    Direction d({.mtu = 576}, 1);
    const auto out = carry(d, 1, packet(1500));
    ASSERT_EQ(out.size(), 1u);
    EXPECT_TRUE(out[0].back);
    const auto answer = packet_in(out[0].frame);
    EXPECT_TRUE(answer.header_checksum_ok());
    EXPECT_EQ(answer.dst(), kA);
    const auto icmp = IcmpMessage::parse(answer.payload()).value();
    EXPECT_TRUE(icmp.checksum_ok());
    EXPECT_EQ(icmp.type(), IcmpType::Unreachable);
    EXPECT_EQ(icmp.code(), 4);
    EXPECT_EQ(icmp.header().mtu(), 576);
    EXPECT_EQ(QuotedPacket::parse(icmp.payload()).value().header().identification, 7);
    EXPECT_EQ(d.counts.too_long, 1u);
}

TEST(LossyBox, ABlackHoleSaysNothing) {
    Direction d({.mtu = 576, .black_hole = true}, 1);
    EXPECT_TRUE(carry(d, 1, packet(1500)).empty());
    EXPECT_EQ(d.counts.too_long, 1u);
    EXPECT_EQ(carry(d, 1, packet(576)).size(), 1u);
}

TEST(LossyBox, NoIcmpAboutAGroupAddress) {
    Frame f = packet(1500);
    f[0] = 1;
    EXPECT_TRUE(wire::fragmentation_needed(f, 576).empty());
    EXPECT_FALSE(wire::fragmentation_needed(packet(1500), 576).empty());
}

TEST(LossyBox, WhatIsUnderWayComesOutInOrderOfTimeThenOfEntry) {
    wire::UnderWay u;
    EXPECT_EQ(u.next(), Instant::never());
    for (u8 i = 0; i < 3; i++) u.add({Instant{20}, {i}}, 0);
    u.add({Instant{10}, {9}}, 1);
    EXPECT_EQ(u.next(), Instant{10});
    int end;
    EXPECT_EQ(u.take(end), Frame{9});
    EXPECT_EQ(end, 1);
    for (u8 i = 0; i < 3; i++) EXPECT_EQ(u.take(end), Frame{i});
    EXPECT_EQ(u.frames(), 0u);
}

// --- the command line

static wire::Options options(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (auto& w : words) arguments.push_back(w.data());
    arguments.push_back(nullptr);
    return wire::parse_options(arguments.data());
}

TEST(LossyBoxOptions, AreAboutBothDirectionsUntilOneIsNamed) {
    const auto o = options({"tap:x", "--loss", "1%", "tap:y", "--a-to-b", "--delay", "20ms", "--b-to-a",
                            "--rate", "50M", "--both", "--burst", "0.01,8,50%", "--seed", "7"});
    EXPECT_EQ(o.ends[1], "tap:y");
    EXPECT_EQ(o.seed, 7u);
    EXPECT_DOUBLE_EQ(o.weather[0].loss, 0.01);
    EXPECT_DOUBLE_EQ(o.weather[1].loss, 0.01);
    EXPECT_EQ(o.weather[0].delay, milliseconds(20));
    EXPECT_EQ(o.weather[1].delay, Duration{});
    EXPECT_EQ(o.weather[1].bytes_per_second, 50'000'000);
    EXPECT_EQ(o.weather[0].bytes_per_second, 0);
    EXPECT_DOUBLE_EQ(o.weather[1].burst_length, 8);
    EXPECT_DOUBLE_EQ(o.weather[0].burst_loss, 0.5);
}

TEST(LossyBoxOptions, WhatIsWrongIsRefused) {
    const std::vector<std::vector<std::string>> wrong = {
        {},
        {"tap:x"},
        {"tap:x", "tap:y", "tap:z"},
        {"--loss"},
        {"--loss", "101%"},
        {"--loss", "-1%"},
        {"--loss", "nan"},
        {"--delay", "20"},
        {"--delay", "61s"},
        {"--rate", "0"},
        {"--rate", "5X"},
        {"--mtu", "67"},
        {"--hold", "5%"},
        {"--burst", "5%,0.5"},
        {"--burst", "5%,2,3%,4"},
        {"--seed", "x"},
        {"--thunder", "1"},
    };
    for (auto words : wrong) {
        if (!words.empty() && words[0].starts_with("--")) words.insert(words.begin(), {"tap:x", "tap:y"});
        EXPECT_THROW(options(words), wire::Problem) << words.back();
    }
    EXPECT_TRUE(options({"--help"}).help);
}
