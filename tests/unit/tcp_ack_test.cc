// The ACK field, SACK blocks and round-trip samples, on a block: kernel/net/tcp/ack.cc.
#include "tcb_kit.h"

using namespace net;

namespace {

struct AckWithSacks : TcbTest {
    AckWithSacks() {
        establish();
        t.cc.cwnd = 20'000;
        write(10'000);
        EXPECT_EQ(t.flight(), 10'000u);
    }
    u64 dsacks() const { return count(Stat::tcp_dsacks_in); }
};

// --- DSACK (RFC 2883 section 4)

TEST_F(AckWithSacks, ABlockBelowTheAckIsADsack) {
    acknowledge(segment(2000, {{1000, 2000}}));
    EXPECT_EQ(dsacks(), 1u);
}

TEST_F(AckWithSacks, ABlockWithinTheSecondIsADsack) {
    acknowledge(segment(0, {{2000, 3000}, {2000, 4000}}));
    EXPECT_EQ(dsacks(), 1u);
    EXPECT_EQ(t.scoreboard.sacked(), 2000u);
}

TEST_F(AckWithSacks, ABlockThatOnlyOverlapsTheSecondIsNoDsack) {
    acknowledge(segment(0, {{2000, 3000}, {2500, 4000}}));
    acknowledge(segment(0, {{5000, 7000}, {5000, 6000}}));
    EXPECT_EQ(dsacks(), 0u);
}

TEST_F(AckWithSacks, ABlockAboveTheAckIsNoDsack) {
    acknowledge(segment(0, {{2000, 3000}}));
    EXPECT_EQ(dsacks(), 0u);
}

TEST_F(AckWithSacks, ABlockThatEndsBehindTheAckIsNoDsack) {
    acknowledge(segment(2000, {{1000, 2001}}));
    EXPECT_EQ(dsacks(), 0u);
}

TEST_F(AckWithSacks, AnEmptyOrReversedBlockIsNoDsack) {
    acknowledge(segment(2000, {{1000, 1000}}));
    acknowledge(segment(2000, {{1000, 500}}));
    EXPECT_EQ(dsacks(), 0u);
}

TEST_F(AckWithSacks, ADsackForDataNeverSentIsIgnored) {
    acknowledge(segment(2000, {{10'001, 10'002}, {9000, 20'000}}));
    EXPECT_EQ(dsacks(), 0u);
}

TEST_F(AckWithSacks, ADsackFromBeforeTheLargestWindowIsIgnored) {
    acknowledge(segment(2000, {{0u - t.max_snd_wnd, 1}}));
    EXPECT_EQ(dsacks(), 1u);
    acknowledge(segment(2000, {{2000u - t.max_snd_wnd - 1, 1}}));
    EXPECT_EQ(dsacks(), 1u);
}

// More of them than retransmissions: the network duplicates.
TEST_F(AckWithSacks, OnlyAsManyDsacksAsRetransmissionsSayThatOneWasNeedless) {
    t.retransmits = 1;
    acknowledge(segment(2000, {{1000, 2000}}));
    EXPECT_EQ(t.dsacks, 1u);
    acknowledge(segment(2000, {{1000, 2000}}));
    EXPECT_EQ(t.dsacks, 1u);
    EXPECT_EQ(dsacks(), 2u);
}

// --- SACK (RFC 2018)

TEST_F(AckWithSacks, FourBlocksAreTaken) {
    acknowledge(segment(0, {{7000, 8000}, {5000, 6000}, {3000, 4000}, {1000, 2000}}));
    EXPECT_EQ(t.scoreboard.sacked(), 4000u);
}

TEST_F(AckWithSacks, BlocksThatMakeNoSenseAreIgnored) {
    acknowledge(segment(0, {{9000, 10'001}}));
    EXPECT_EQ(t.scoreboard.sacked(), 0u) << "beyond what was sent";
    acknowledge(segment(0, {{4000, 3000}, {5000, 5000}}));
    EXPECT_EQ(t.scoreboard.sacked(), 0u) << "reversed, empty";
    acknowledge(segment(3000, {{3000, 5000}}));
    EXPECT_EQ(t.scoreboard.sacked(), 0u) << "begins at the ACK";
    acknowledge(segment(2000, {{2500, 4000}}));
    EXPECT_EQ(t.scoreboard.sacked(), 0u) << "of an old ACK, begins below SND.UNA";
    acknowledge(segment(2000, {{3001, 10'000}}));
    EXPECT_EQ(t.scoreboard.sacked(), 6999u) << "up to SND.NXT";
}

TEST_F(AckWithSacks, ANewlySackedBlockCountsAsADuplicateEvenIfTheWindowChanges) {
    Segment s = segment(0, {{2000, 3000}});
    s.window--;
    acknowledge(std::move(s));
    EXPECT_EQ(t.dup_acks, 1);
    Segment again = segment(0, {{2000, 3000}});
    again.window--, again.window--;
    acknowledge(std::move(again));
    EXPECT_EQ(t.dup_acks, 1) << "nothing new";
}

struct AckWithoutSack : TcbTest {};

TEST_F(AckWithoutSack, BlocksAreIgnoredIfSackWasNotNegotiated) {
    establish({.sack = false});
    write(5000);
    acknowledge(segment(1000, {{2000, 3000}}));
    acknowledge(segment(1000, {{0, 1000}}));
    EXPECT_EQ(t.scoreboard.sacked(), 0u);
    EXPECT_EQ(count(Stat::tcp_dsacks_in), 0u);
}

// --- round-trip samples (RFC 6298 section 3, RFC 7323 section 4)

struct RoundTrip : TcbTest {
    void open(bool timestamps) {
        establish({.timestamps = timestamps});
        t.rtt = {};
        start = tcp_timestamp(t, now());
        write(3000);
    }
    void acknowledge_with(u32 upto, u32 echo) {
        Segment s = segment(upto);
        stamp(s, echo);
        acknowledge(std::move(s));
    }
    u32 start = 0;
};

TEST_F(RoundTrip, OneSegmentIsTimedUntilItIsAcknowledged) {
    open(false);
    ASSERT_TRUE(t.timing);
    const u32 end = t.timed_end.since(at(0));
    pass(milliseconds(50));
    if (end > 1) {
        acknowledge(segment(end - 1));
        EXPECT_TRUE(t.timing);
        EXPECT_EQ(t.rtt.srtt().ns, 0);
    }
    acknowledge(segment(end));
    EXPECT_FALSE(t.timing);
    EXPECT_EQ(t.rtt.srtt(), milliseconds(50));
}

TEST_F(RoundTrip, TheEchoCountsIfTheSegmentIsNotTimed) {
    open(true);
    t.timing = false;
    pass(milliseconds(70));
    acknowledge_with(1000, start);
    EXPECT_EQ(t.rtt.srtt(), milliseconds(70));
}

// The clock has a resolution of 1 ms.
TEST_F(RoundTrip, AnEchoOfThisMillisecondIsOneMillisecond) {
    open(true);
    t.timing = false;
    acknowledge_with(1000, tcp_timestamp(t, now()));
    EXPECT_EQ(t.rtt.srtt(), milliseconds(1));
}

TEST_F(RoundTrip, AnEchoOfTenMinutesAgoIsNoSample) {
    open(true);
    t.timing = false;
    acknowledge_with(1000, tcp_timestamp(t, now()) - 600'000);
    EXPECT_EQ(t.rtt.srtt().ns, 0);
    acknowledge_with(2000, tcp_timestamp(t, now()) - 599'999);
    EXPECT_EQ(t.rtt.srtt(), milliseconds(599'999));
}

TEST_F(RoundTrip, NoEchoIsNoSample) {
    open(true);
    t.timing = false;
    pass(milliseconds(70));
    acknowledge_with(1000, 0);
    EXPECT_EQ(t.rtt.srtt().ns, 0) << "zero says that there is none";
    Segment s = segment(2000);
    s.options.ts_echo = start;
    acknowledge(std::move(s));
    EXPECT_EQ(t.rtt.srtt().ns, 0) << "the segment has no timestamps";
}

TEST_F(RoundTrip, TimestampsThatWereNotNegotiatedAreNoSample) {
    open(false);
    t.timing = false;
    pass(milliseconds(70));
    acknowledge_with(1000, start);
    EXPECT_EQ(t.rtt.srtt().ns, 0);
}

TEST_F(RoundTrip, AnEchoFromBeforeSeveralTimeoutsIsNoSample) {
    open(true);
    t.timing = false;
    pass(milliseconds(70));
    t.last_sent = now();
    const u32 last = tcp_timestamp(t, now());
    t.retries = 2;
    acknowledge_with(1000, last - 1);
    EXPECT_EQ(t.rtt.srtt().ns, 0);
    t.retries = 2;
    pass(milliseconds(5));
    acknowledge_with(2000, last);
    EXPECT_EQ(t.rtt.srtt(), milliseconds(5)) << "the echo of the last transmission";
}

TEST_F(RoundTrip, AnEchoFromBeforeOneTimeoutIsASample) {
    open(true);
    t.timing = false;
    pass(milliseconds(70));
    t.last_sent = now();
    t.retries = 1;
    acknowledge_with(1000, start);
    EXPECT_EQ(t.rtt.srtt(), milliseconds(70));
}

// --- the rest of the step

TEST_F(AckWithSacks, AcknowledgedDataLeaveRoomForTheProgram) {
    t.events = 0;
    acknowledge(segment(0));
    EXPECT_EQ(t.events & kTcpWritable, 0);
    acknowledge(segment(1));
    EXPECT_EQ(t.events & kTcpWritable, kTcpWritable);
    EXPECT_EQ(t.send.bytes(), 9999u);
    EXPECT_EQ(t.snd_data, at(1));
}

TEST_F(AckWithSacks, AnAckResetsWhatCountsTimeouts) {
    t.retries = 3;
    t.soft_error = Errno::HostUnreach;
    acknowledge(segment(0));
    EXPECT_EQ(t.retries, 3) << "nothing new";
    acknowledge(segment(1000));
    EXPECT_EQ(t.retries, 0);
    EXPECT_EQ(t.soft_error, Errno::None);
}

TEST_F(AckWithSacks, TheTimerRunsWhileAnythingIsInFlight) {
    t.set(TcpTimer::Rack, now() + seconds(1));
    pass(milliseconds(10));
    acknowledge(segment(1000));
    EXPECT_EQ(t.deadline(TcpTimer::Retransmit), now() + tcp_rto(t));
    EXPECT_TRUE(t.running(TcpTimer::Rack));
    acknowledge(segment(10'000));
    EXPECT_FALSE(t.running(TcpTimer::Retransmit));
    EXPECT_FALSE(t.running(TcpTimer::Rack));
}

// RFC 5961 section 5.
TEST_F(AckWithSacks, AnImplausibleAckIsChallengedAndChangesNothing) {
    Segment beyond = segment(10'001);
    EXPECT_FALSE(tcp_check_ack(t, beyond, now()));
    Segment old = segment(0u - t.max_snd_wnd - 1);
    EXPECT_FALSE(tcp_check_ack(t, old, now()));
    EXPECT_EQ(t.challenges, 2);
    Segment oldest = segment(0u - t.max_snd_wnd), newest = segment(10'000);
    EXPECT_TRUE(tcp_check_ack(t, oldest, now()));
    EXPECT_EQ(t.snd_una, at(0));
    EXPECT_TRUE(tcp_check_ack(t, newest, now()));
    EXPECT_EQ(t.snd_una, at(10'000));
    EXPECT_EQ(t.challenges, 2);
}

// RFC 5681 section 2: all five conditions.
TEST_F(AckWithSacks, OnlyAnAckThatRepeatsEverythingIsADuplicate) {
    t.snd_scale = 2;
    const auto duplicates_after = [this](auto change) {
        t.dup_acks = 0;
        Segment s = segment(0);
        s.window = 64000;
        change(s);
        acknowledge(std::move(s));
        return t.dup_acks;
    };
    Segment first = segment(0);
    first.window = 64000;
    acknowledge(std::move(first));
    EXPECT_EQ(duplicates_after([](Segment&) {}), 1);
    EXPECT_EQ(duplicates_after([](Segment& s) { s.length = 1; }), 0);
    EXPECT_EQ(duplicates_after([](Segment& s) { s.flags = {TcpFlags::Ack | TcpFlags::Fin}; }), 0);
    EXPECT_EQ(duplicates_after([](Segment& s) { s.window++; }), 0);
    EXPECT_EQ(duplicates_after([this](Segment& s) { s.ack = at(0) - 1; }), 0);
}

// SND.WL1 and SND.WL2: only a newer segment changes the window.
TEST_F(AckWithSacks, AnOlderSegmentDoesNotChangeTheWindow) {
    const auto window_after = [this](Seq seq, u32 ack, u16 window) {
        Segment s = segment(ack);
        s.seq = seq;
        s.window = window;
        acknowledge(std::move(s));
        return t.snd_wnd;
    };
    EXPECT_EQ(window_after(kTheirs + 10, 1000, 30000), 30000u);
    EXPECT_EQ(t.max_snd_wnd, 65000u) << "the largest ever";
    EXPECT_EQ(window_after(kTheirs + 9, 1000, 20000), 30000u) << "an older segment";
    EXPECT_EQ(window_after(kTheirs + 10, 999, 20000), 30000u) << "an older ACK";
    EXPECT_EQ(window_after(kTheirs + 20, 999, 20000), 30000u) << "a newer segment with an older ACK";
    EXPECT_EQ(window_after(kTheirs + 10, 1000, 20000), 20000u);
    EXPECT_EQ(window_after(kTheirs + 9, 1500, 25000), 25000u) << "a retransmission with a newer ACK";
    EXPECT_EQ(window_after(kTheirs + 8, 1500, 20000), 25000u);
    EXPECT_EQ(window_after(kTheirs + 11, 1500, 65535), 65535u);
    EXPECT_EQ(t.max_snd_wnd, 65535u);
}

TEST_F(AckWithSacks, AWindowThatOpensStartsNoTimerIfNothingIsInFlight) {
    Segment closed = segment(10'000);
    closed.window = 0;
    acknowledge(std::move(closed));
    acknowledge(segment(10'000));
    EXPECT_EQ(t.snd_wnd, 65000u);
    EXPECT_FALSE(t.running(TcpTimer::Retransmit));
}

TEST_F(AckWithSacks, TheAckOfAFinLeavesNoRoom) {
    acknowledge(segment(10'000));
    tcp_close(t, now());
    t.events = 0;
    acknowledge(segment(10'001));
    EXPECT_EQ(t.state, TcpState::FinWait2);
    EXPECT_EQ(t.events & kTcpWritable, 0);
}

// What was sent into a closed window has been dropped.
TEST_F(AckWithSacks, AWindowThatOpensResendsAtOnce) {
    Segment closed = segment(1000);
    closed.window = 0;
    acknowledge(std::move(closed));
    EXPECT_EQ(t.scoreboard.lost(), 0u);
    pass(milliseconds(30));
    t.set(TcpTimer::Persist, now() + seconds(5));
    t.retries = 2;
    acknowledge(segment(1000));
    EXPECT_FALSE(t.running(TcpTimer::Persist));
    EXPECT_EQ(t.retries, 0);
    EXPECT_EQ(t.scoreboard.lost(), 9000u);
    EXPECT_EQ(t.deadline(TcpTimer::Retransmit), now() + tcp_rto(t));
}

}  // namespace
