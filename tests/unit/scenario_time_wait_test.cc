// TIME-WAIT, old duplicates and reused sequence numbers: problems reported for other stacks.
#include "tcp_peer.h"

using namespace net;
using packets::text;

namespace {

struct TimeWaitScenario : TcpPeerTest {
    u32 time_waits() { return stack->tcp().table().time_waits(); }

    // Closes a connection from our end until TIME-WAIT; the peer's next sequence number is 2.
    void reach(bool timestamps = true, bool held = false) {
        Seg syn{.flags = kSyn, .mss = 1460};
        if (timestamps) syn.ts = {{1000, 0}};
        accept_one(syn);
        held ? shut() : close();
        HEARS(kFin | kAck, 1, 1);
        Seg fin{.flags = kFin | kAck, .seq = 1, .ack = 2};
        if (timestamps) fin.ts = {{1001, 0}};
        say(fin);
        HEARS(kAck, 2, 2);
    }
    Seg syn(u32 seq, std::optional<u32> ts) {
        Seg s{.flags = kSyn, .seq = seq, .mss = 1460};
        if (ts) s.ts = TcpTimestamps{*ts, 0};
        return s;
    }
    bool opens(const Seg& syn) {
        say(syn);
        return hear().flags == (kSyn | kAck);
    }
};

// Linux's tcp_timewait_state_process: PAWS first, then the sequence number or the timestamp.
TEST_F(TimeWaitScenario, AHigherNumberWithALowerTimestampIsRefused) {
    reach();
    EXPECT_FALSE(opens(syn(5000, 900)));
    EXPECT_EQ(time_waits(), 1u);
}
TEST_F(TimeWaitScenario, AHigherNumberWithTheSameTimestampOpens) {
    reach();
    EXPECT_TRUE(opens(syn(5000, 1001)));
}
TEST_F(TimeWaitScenario, ALowerNumberWithTheSameTimestampIsRefused) {
    reach();
    EXPECT_FALSE(opens(syn(0u - 5000, 1001)));
}
TEST_F(TimeWaitScenario, ALowerNumberWithAHigherTimestampOpens) {
    reach();
    EXPECT_TRUE(opens(syn(0u - 5000, 1002)));
}
TEST_F(TimeWaitScenario, AHigherNumberWithoutTimestampsOpens) {
    reach();
    EXPECT_TRUE(opens(syn(5000, {})));
}
TEST_F(TimeWaitScenario, ALowerNumberWithoutTimestampsIsRefused) {
    reach();
    EXPECT_FALSE(opens(syn(0u - 5000, {})));
}
TEST_F(TimeWaitScenario, WhereNoTimestampsWereUsedTheNumberDecides) {
    reach(false);
    EXPECT_FALSE(opens(syn(0u - 5000, 9999)));
    EXPECT_TRUE(opens(syn(5000, 9999)));
}

// "Some OSes send SYN and SYN-ACK messages with tsval=0" (Linux, tcp_paws_check), so 0 disables the check.
TEST_F(TimeWaitScenario, ARememberedTimestampOfZeroRefusesNobody) {
    accept_one({.flags = kSyn, .mss = 1460, .ts = {{0, 0}}});
    close();
    hear();
    say({.flags = kFin | kAck, .seq = 1, .ack = 2, .ts = {{0, 0}}});
    hear();
    EXPECT_TRUE(opens(syn(5000, 0x9000'0000)));
}

TEST_F(TimeWaitScenario, SynWithFinDoesNotEndIt) {
    reach();
    Seg bad = syn(5000, 2000);
    bad.flags |= kFin;
    EXPECT_FALSE(opens(bad));
    EXPECT_EQ(time_waits(), 1u);
}

// A client with a different timestamp clock for each connection treats our reply as an old connection's and
// resets it (RFC 9293 figure 9). Then its retransmitted SYN must succeed, as on Linux.
TEST_F(TimeWaitScenario, AClientThatWasRefusedResetsItAndOpens) {
    reach();
    EXPECT_FALSE(opens(syn(5000, 900)));
    say({.flags = kRst, .seq = 2});
    EXPECT_EQ(time_waits(), 0u);
    EXPECT_TRUE(opens(syn(5000, 901)));
}
TEST_F(TimeWaitScenario, AClientThatWasRefusedResetsAlsoWhatAProgramHolds) {
    reach(true, true);
    EXPECT_EQ(state(), TcpState::TimeWait);
    EXPECT_FALSE(opens(syn(5000, 900)));
    say({.flags = kRst, .seq = 2});
    EXPECT_EQ(error(), 0) << "both sides had closed: nothing is lost";
    EXPECT_TRUE(opens(syn(5000, 901)));
}

// RFC 1337: TIME-WAIT assassination.
TEST_F(TimeWaitScenario, AStrayResetDoesNotEndIt) {
    reach();
    say({.flags = kRst, .seq = 2});
    say({.flags = kRst | kAck, .seq = 2, .ack = 2});
    EXPECT_EQ(time_waits(), 1u);
    EXPECT_TRUE(silence());
}
TEST_F(TimeWaitScenario, AResetElsewhereDoesNotEndItAfterARefusedSynEither) {
    reach();
    EXPECT_FALSE(opens(syn(5000, 900)));
    say({.flags = kRst, .seq = 3});
    say({.flags = kRst, .seq = 1});
    EXPECT_EQ(time_waits(), 1u);
    EXPECT_TRUE(silence());
}
TEST_F(TimeWaitScenario, OldDataAreAnsweredWithAnAck) {
    reach();
    say({.seq = 1, .ack = 2, .data = text("old"), .ts = {{1000, 0}}});
    HEARS(kAck, 2, 2);
    EXPECT_EQ(time_waits(), 1u);
}

// Two ends in TIME-WAIT must not answer each other in an endless loop.
TEST_F(TimeWaitScenario, TwoEndsInTimeWaitAreQuiet) {
    reach();
    say({.seq = 2, .ack = 2, .ts = {{1002, 0}}});
    EXPECT_TRUE(silence());
}

// --- reused sequence numbers

TEST_F(TimeWaitScenario, ANewConnectionsNumbersAreAboveTheOldOnes) {
    reach();
    say(syn(5000, 2000));
    const Seg answer = hear();
    EXPECT_EQ(answer.flags, kSyn | kAck);
    EXPECT_TRUE(Seq(answer.seq).after(Seq(2)));
}

TEST_F(TimeWaitScenario, OldDuplicatesOfTheLastConnectionChangeNothingInTheNext) {
    reach();
    say(syn(5000, 2000));
    const Seg answer = hear();
    our_iss += answer.seq;
    say({.seq = 5001, .ack = 1, .ts = {{2001, 0}}});
    EXPECT_EQ(state(), TcpState::Established);
    say({.seq = 1, .ack = 1, .data = text("old"), .ts = {{1001, 0}}});
    say({.flags = kRst, .seq = 2});
    say({.flags = kFin | kAck, .seq = 1, .ack = 1, .ts = {{1001, 0}}});
    EXPECT_EQ(state(), TcpState::Established);
    program = keep(value_of(listening->accept(false)));
    EXPECT_EQ(receive().error, Errno::Again) << "no data are accepted";
    device.sent.clear();
}

// RFC 9293 section 3.4.1: a new connection with the same addresses and ports has a higher ISN.
TEST_F(TimeWaitScenario, EachConnectionFromOnePortBeginsAboveTheLast) {
    listen();
    u32 last = 0;
    for (u32 i = 0; i < 5; i++) {
        say({.flags = kSyn, .seq = 10'000 * i});
        const Seg answer = hear();
        if (i > 0) {
            EXPECT_TRUE(Seq(our_iss + answer.seq).after(Seq(last))) << i;
        }
        last = our_iss + answer.seq;
        say({.flags = kRst, .seq = 10'000 * i + 1});
        pass(milliseconds(10));
    }
}

// --- PAWS (RFC 7323 section 5)

TEST_F(TimeWaitScenario, TheTimestampClockMayWrap) {
    accept_one({.flags = kSyn, .mss = 1460, .ts = {{0xffff'fff0, 0}}});
    say({.seq = 1, .ack = 1, .data = text("a"), .ts = {{0xffff'ffff, 0}}});
    say({.seq = 2, .ack = 1, .data = text("b"), .ts = {{0x10, 0}}});
    EXPECT_EQ(as_text(receive().data), "ab");
    EXPECT_EQ(count(Stat::tcp_paws_dropped), 0u);
    device.sent.clear();
}

TEST_F(TimeWaitScenario, ADuplicateFromBeforeTheSequenceNumbersWrappedIsDropped) {
    accept_one({.flags = kSyn, .mss = 1460, .ts = {{1000, 0}}});
    say({.seq = 1, .ack = 1, .data = text("new"), .ts = {{5000, 0}}});
    say({.seq = 4, .ack = 1, .data = text("OLD"), .ts = {{1500, 0}}});
    EXPECT_EQ(as_text(receive().data), "new");
    EXPECT_EQ(count(Stat::tcp_paws_dropped), 1u);
    device.sent.clear();
}

TEST_F(TimeWaitScenario, ATimestampOfZeroInTheSynForbidsNoLaterOne) {
    accept_one({.flags = kSyn, .mss = 1460, .ts = {{0, 0}}});
    say({.seq = 1, .ack = 1, .data = text("x"), .ts = {{0x9000'0000, 0}}});
    EXPECT_EQ(as_text(receive().data), "x");
    device.sent.clear();
}

TEST_F(TimeWaitScenario, ReorderedSegmentsWithOlderTimestampsWithinTheWindowCount) {
    accept_one({.flags = kSyn, .mss = 1460, .ts = {{1000, 0}}});
    say({.seq = 4, .ack = 1, .data = text("def"), .ts = {{2001, 0}}});
    say({.seq = 1, .ack = 1, .data = text("abc"), .ts = {{2000, 0}}});
    EXPECT_EQ(as_text(receive().data), "abcdef")
        << "RFC 7323 section 4.3: an out-of-order segment does not update TS.Recent";
    device.sent.clear();
}

}  // namespace
