// The scoreboard: compared with a model of single bytes, and in its corner cases.
#include "net/tcp/scoreboard.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "net/platform.h"
#include "world.h"

using namespace net;

namespace {

constexpr Instant at(u64 ms) { return {ms * 1'000'000}; }

struct Board : ::testing::Test {
    Board() { fake::world().reset(); }
    ~Board() override {
        s.start(Seq(0));
        EXPECT_EQ(fake::world().pages_out, pages) << "its page was not freed";
    }
    SeqRange r(u32 left, u32 right) { return {base + left, base + right}; }
    u32 sack(u32 left, u32 right) {
        u32 news = 0;
        s.sack(r(left, right), [&news](const Delivered& d) { news += d.right.since(d.left); });
        return news;
    }
    u32 acknowledge(u32 una) {
        u32 news = 0;
        s.acknowledge(base + una, [&news](const Delivered& d) { news += d.right.since(d.left); });
        return news;
    }
    const Seq base{0xffff'f000};  // close to wrapping
    const long pages = fake::world().pages_out;
    Scoreboard s;
};

TEST_F(Board, KnowsWhatIsOnItsWay) {
    s.start(base);
    s.sent(r(0, 3000), at(1), {});
    s.sent(r(3000, 5000), at(2), {});
    EXPECT_EQ(s.in_flight(), 5000u);
    EXPECT_TRUE(s.is_plain());
    EXPECT_EQ(s.runs(), 2u);
    EXPECT_EQ(sack(1000, 2000), 1000u);
    EXPECT_EQ(sack(1000, 2000), 0u) << "nothing new";
    EXPECT_EQ(sack(500, 2500), 1000u) << "only the new part";
    EXPECT_EQ(s.in_flight(), 3000u);
    EXPECT_EQ(s.next_sacked(base), base + 500);
    EXPECT_EQ(acknowledge(2700), 700u);
    EXPECT_EQ(s.in_flight(), 2300u);
    EXPECT_EQ(acknowledge(5000), 2300u);
    EXPECT_EQ(s.end(), base + 5000);
}

TEST_F(Board, WhatLeavesAtNearlyTheSameTimeIsOneRun) {
    s.start(base);
    s.sent(r(0, 100), at(1), milliseconds(2));
    s.sent(r(100, 200), at(2), milliseconds(2));
    EXPECT_EQ(s.runs(), 1u);
    s.sent(r(200, 300), at(5), milliseconds(2));
    EXPECT_EQ(s.runs(), 2u);
}

TEST_F(Board, WhatHasArrivedIsOneRunWheneverItLeft) {
    s.start(base);
    s.sent(r(0, 100), at(1), {});
    s.sent(r(100, 200), at(50), {});
    sack(0, 200);
    EXPECT_EQ(s.runs(), 1u);
}

TEST_F(Board, LostIsSentAgain) {
    s.start(base);
    s.sent(r(0, 5000), at(1), {});
    sack(2000, 5000);
    EXPECT_EQ(s.lose_if([](const SentRun&) { return true; }), 2000u);
    EXPECT_EQ(s.in_flight(), 0u);
    SeqRange lost;
    ASSERT_TRUE(s.first_lost(lost));
    EXPECT_EQ(lost.length(), 2000u);
    s.sent(r(0, 1000), at(3), {});
    EXPECT_EQ(s.in_flight(), 1000u);
    ASSERT_TRUE(s.first_lost(lost));
    EXPECT_EQ(lost.left, base + 1000);
    s.unmark_lost();
    EXPECT_FALSE(s.first_lost(lost));
    EXPECT_EQ(s.in_flight(), 2000u);
}

TEST_F(Board, SaysWhetherSomethingWasSentTwice) {
    s.start(base);
    s.sent(r(0, 2000), at(1), {});
    s.lose_below(base + 1000);
    s.sent(r(0, 1000), at(2), {});
    std::vector<bool> resent;
    s.acknowledge(base + 2000, [&](const Delivered& d) { resent.push_back(d.resent); });
    EXPECT_EQ(resent, (std::vector<bool>{true, false}));
}

TEST_F(Board, NoticesReneging) {
    s.start(base);
    s.sent(r(0, 3000), at(1), {});
    sack(1000, 2000);
    EXPECT_FALSE(s.has_reneged());
    acknowledge(1000);
    EXPECT_TRUE(s.has_reneged());
    s.forget_sacked();
    SeqRange lost;
    ASSERT_TRUE(s.first_lost(lost));
    EXPECT_EQ(lost.length(), 1000u);
}

// SACKs every other byte, many more runs than the scoreboard can store. It must not treat lost bytes as
// delivered.
TEST_F(Board, ForgetsInTheSafeDirection) {
    s.start(base);
    s.sent(r(0, 4000), at(1), {});
    u32 known = 0;
    for (u32 i = 1; i < 2000; i += 2) known += sack(i, i + 1);
    EXPECT_LE(s.runs(), Scoreboard::kMaxRuns);
    EXPECT_GT(known, 100u);
    EXPECT_EQ(s.sacked(), known);
    s.lose_below(base + 4000);
    s.sent(r(0, 1), at(2), {});
    for (u32 i = 0; i < 600; i++) s.sent(r(4000 + i * 10, 4010 + i * 10), at(10 + i), {});
    EXPECT_EQ(s.end(), base + 10000);
    EXPECT_EQ(s.in_flight() + s.lost() + s.sacked(), 10000u);
    acknowledge(10000);
    EXPECT_EQ(s.in_flight(), 0u);
}

TEST_F(Board, NeighboursInTheSameStateAreOneRun) {
    const auto all = [](const SentRun&) { return true; };
    s.start(base);
    s.sent(r(0, 5000), at(1), {});
    sack(1000, 2000);
    sack(2000, 3000);
    EXPECT_EQ(s.runs(), 3u);
    s.sent(r(5000, 6000), at(2), {});
    EXPECT_EQ(s.runs(), 4u);
    EXPECT_EQ(s.lose_if(all), 4000u);
    EXPECT_EQ(s.runs(), 3u);
    EXPECT_EQ(s.lose_if(all), 0u) << "nothing new";
    s.sent(r(0, 1000), at(3), {});
    EXPECT_EQ(s.lose_if(all), 1000u) << "again";
    EXPECT_EQ(s.lost(), 4000u);
    acknowledge(6000);
    EXPECT_TRUE(s.is_plain());
}

// Four runs of 100 bytes, and no memory for a fifth.
struct FullBoard : Board {
    FullBoard() {
        fake::world().pages_left = 0;
        s.start(base);
        for (u32 i = 0; i < Scoreboard::kInline; i++) s.sent(r(100 * i, 100 * (i + 1)), at(i), {});
        EXPECT_EQ(s.runs(), Scoreboard::kInline);
    }
    ~FullBoard() override {
        acknowledge(1000);
        EXPECT_TRUE(s.is_plain());
        fake::world().pages_left = -1;
    }
};

TEST_F(FullBoard, NewDataExtendTheLastRun) {
    s.sent(r(400, 500), at(9), {});
    EXPECT_EQ(s.runs(), Scoreboard::kInline);
    EXPECT_EQ(s.in_flight(), 500u);
    EXPECT_EQ(s.lose_if([](const SentRun& run) { return run.sent_at == at(9); }), 200u) << "sent together";
}

TEST_F(FullBoard, ASackedRunThatIsExtendedIsInFlightAgain) {
    EXPECT_EQ(sack(300, 400), 100u);
    s.sent(r(400, 500), at(9), {});
    EXPECT_EQ(s.sacked(), 0u);
    EXPECT_EQ(s.in_flight(), 500u);
}

TEST_F(FullBoard, AShortSackedRunThatIsExtendedIsInFlightAgain) {
    acknowledge(100);
    s.sent(r(400, 450), at(8), {});
    EXPECT_EQ(sack(400, 450), 50u);
    s.sent(r(450, 550), at(9), {});
    EXPECT_EQ(s.sacked(), 0u);
    EXPECT_EQ(s.in_flight(), 450u);
}

TEST_F(FullBoard, ARetransmittedRunThatIsExtendedStaysRetransmitted) {
    s.sent(r(300, 400), at(8), {});
    s.sent(r(400, 500), at(9), {});
    EXPECT_FALSE(s.is_plain());
    bool resent = false;
    s.acknowledge(base + 500, [&](const Delivered& d) { resent |= d.right == base + 500 && d.resent; });
    EXPECT_TRUE(resent);
    EXPECT_TRUE(s.is_plain());
}

// All that overlaps it counts as sent now.
TEST_F(FullBoard, ARetransmissionWithinARunIsThatOfTheRun) {
    const struct {
        u32 left, right, now;
    } cases[] = {{110, 190, 100}, {100, 150, 100}, {150, 200, 100},
                 {150, 250, 200}, {0, 50, 100},    {50, 350, 400}};
    for (const auto [left, right, now] : cases) {
        s.start(base);
        for (u32 i = 0; i < Scoreboard::kInline; i++) s.sent(r(100 * i, 100 * (i + 1)), at(i), {});
        s.sent(r(left, right), at(20), {});
        EXPECT_EQ(s.lose_if([](const SentRun& run) { return run.sent_at == at(20) && run.resent; }), now)
            << left << " to " << right;
        EXPECT_EQ(s.in_flight(), 400 - now);
    }
}

TEST_F(FullBoard, ARetransmissionLeavesWhatIsSacked) {
    EXPECT_EQ(sack(100, 200), 100u);
    s.sent(r(50, 250), at(20), {});
    EXPECT_EQ(s.sacked(), 100u);
    EXPECT_EQ(s.in_flight(), 300u);
    EXPECT_FALSE(s.is_plain());
}

TEST_F(FullBoard, ARunThatCannotBeSackedIsNotSplit) {
    acknowledge(100);
    s.sent(r(400, 500), at(9), {});
    acknowledge(200);
    EXPECT_EQ(s.runs(), Scoreboard::kInline - 1);
    EXPECT_EQ(sack(310, 390), 0u) << "there is room for one run more, not for two";
    EXPECT_EQ(s.runs(), Scoreboard::kInline - 1);
    EXPECT_EQ(s.in_flight(), 300u);
}

TEST_F(Board, WithoutMemoryItMakesDoWithLittle) {
    fake::world().pages_left = 0;
    s.start(base);
    for (u32 i = 0; i < 100; i++) s.sent(r(i * 10, i * 10 + 10), at(i), {});
    EXPECT_EQ(s.runs(), Scoreboard::kInline);
    EXPECT_EQ(s.in_flight(), 1000u);
    EXPECT_EQ(acknowledge(500), 500u);
    EXPECT_EQ(s.in_flight(), 500u);
}

// A model that stores the state of each byte.
struct Model {
    struct Byte {
        bool sacked = false, lost = false, resent = false;
        u64 sent_at = 0;
    };
    std::vector<Byte> bytes;
    u32 una = 0;
    u32 in_flight() const {
        u32 n = 0;
        for (usize i = una; i < bytes.size(); i++) n += !bytes[i].sacked && !bytes[i].lost;
        return n;
    }
    template <class F>
    u32 first(u32 from, F wanted) const {
        while (from < bytes.size() && !wanted(bytes[from])) from++;
        return from;
    }
    // The number of runs, as few as possible. The times of what is SACKed or lost no longer matter: a run has
    // the latest of its bytes.
    usize join() {
        usize n = 0;
        for (usize from = una, to; from < bytes.size(); from = to, n++) {
            const Byte first = bytes[from];
            u64 latest = first.sent_at;
            for (to = from + 1; to < bytes.size() && is_in_run(first, bytes[to]); to++)
                latest = std::max(latest, bytes[to].sent_at);
            for (usize i = from; i < to; i++) bytes[i].sent_at = latest;
        }
        return n;
    }
    static bool is_in_run(const Byte& first, const Byte& b) {
        return first.sacked == b.sacked && first.lost == b.lost && first.resent == b.resent &&
               (first.sacked || first.lost || first.sent_at == b.sent_at);
    }
    SeqRange first_lost(Seq base) const {
        u32 left = una;
        while (left < bytes.size() && !bytes[left].lost) left++;
        u32 right = left;
        while (right < bytes.size() && bytes[right].lost) right++;
        return {base + left, base + right};
    }
};

struct Random : Board, ::testing::WithParamInterface<int> {
    std::mt19937_64 random{static_cast<u64>(GetParam())};
    u32 below(u32 n) { return static_cast<u32>(random() % n); }
    Model m;
    u32 end() const { return static_cast<u32>(m.bytes.size()); }
    u32 within() { return m.una + below(end() - m.una + 1); }

    void send_new(u64 now) {
        const u32 n = 1 + below(200), from = end();
        for (u32 i = 0; i < n; i++) m.bytes.push_back({.sent_at = now});
        s.sent(r(from, from + n), at(now), {});
    }
    void send_again(u64 now) {
        const SeqRange lost = m.first_lost(base);
        if (lost.length() == 0) return;
        const u32 from = lost.left.since(base), n = 1 + below(lost.length());
        for (u32 i = from; i < from + n; i++)
            m.bytes[i].lost = false, m.bytes[i].resent = true, m.bytes[i].sent_at = now;
        s.sent(r(from, from + n), at(now), {});
    }
    // What is reported is as it was before.
    u32 checked(const Delivered& d) {
        for (u32 i = d.left.since(base); i < d.right.since(base); i++) {
            const Model::Byte& b = m.bytes[i];
            EXPECT_TRUE(!b.sacked && b.lost == d.was_lost && b.resent == d.resent) << i;
            EXPECT_EQ(d.sent_at, at(b.sent_at)) << i;
        }
        return d.right.since(d.left);
    }
    void sack_some() {
        const u32 a = within(), b = within();
        if (a >= b || a == m.una) return;
        u32 news = 0, reported = 0;
        s.sack(r(a, b), [&](const Delivered& d) { reported += checked(d); });
        for (u32 i = a; i < b; i++)
            news += !m.bytes[i].sacked, m.bytes[i].sacked = true, m.bytes[i].lost = false;
        EXPECT_EQ(reported, news);
    }
    void acknowledge_some() {
        const u32 to = within();
        u32 news = 0, reported = 0;
        for (u32 i = m.una; i < to; i++) news += !m.bytes[i].sacked;
        s.acknowledge(base + to, [&](const Delivered& d) { reported += checked(d); });
        EXPECT_EQ(reported, news);
        m.una = to;
    }
    void lose_first() {
        const u32 to = within();
        u32 news = 0;
        for (u32 i = m.una; i < to; i++) {
            Model::Byte& b = m.bytes[i];
            if (!b.sacked && !b.lost) news++, b.lost = true;
        }
        EXPECT_EQ(s.lose_below(base + to), news);
    }
    void start_over() {
        const bool forget = below(2);
        for (Model::Byte& b : m.bytes) {
            if (!forget)
                b.lost = false;
            else if (b.sacked)
                b.sacked = false, b.lost = true;
        }
        forget ? s.forget_sacked() : s.unmark_lost();
    }
    void lose_old(u64 now) {
        const u64 before = now - below(20);
        u32 news = 0;
        for (u32 i = m.una; i < end(); i++) {
            Model::Byte& b = m.bytes[i];
            if (!b.sacked && !b.lost && b.sent_at < before) news++, b.lost = true;
        }
        EXPECT_EQ(s.lose_if([&](const SentRun& run) { return run.sent_at < at(before); }), news);
    }
};

TEST_P(Random, AgreesWithTheModel) {
    s.start(base);
    for (u64 now = 100; now < 600; now++) {
        const u32 what = below(60);
        if (what < 20)
            send_new(now);
        else if (what < 30)
            send_again(now);
        else if (what < 40)
            sack_some();
        else if (what < 48)
            acknowledge_some();
        else if (what < 57)
            lose_old(now);
        else if (what < 59)
            lose_first();
        else
            start_over();
        if (s.runs() > Scoreboard::kMaxRuns / 2) acknowledge_some();
        ASSERT_EQ(s.in_flight(), m.in_flight()) << "at " << now;
        const u32 from = within();
        ASSERT_EQ(s.next_sacked(base + from), base + m.first(from, [](auto& b) { return b.sacked; }));
        ASSERT_EQ(s.runs(), m.join()) << "at " << now;
        SeqRange lost{base, base};
        const SeqRange expected = m.first_lost(base);
        ASSERT_EQ(s.first_lost(lost), expected.length() > 0);
        if (expected.length() > 0) {
            ASSERT_EQ(lost.left, expected.left);
            ASSERT_TRUE(lost.right.after(lost.left) && lost.right.at_or_before(expected.right));
        }
    }
}
INSTANTIATE_TEST_SUITE_P(Seeds, Random, ::testing::Range(1, 41));

}  // namespace
