// How a spurious recovery is found and undone, on a block: kernel/net/tcp/undo.cc. tcp_undo_test.cc has it in
// a connection.
#include "tcb_kit.h"

using namespace net;

namespace {

struct UndoSteps : TcbTest {
    UndoSteps() {
        establish();
        t.cc.cwnd = 20'000;
        write(10'000);
        t.cc.ssthresh = 30'000;
        t.recover = t.snd_nxt;
        tcp_undo_begin(t);
        t.recovering = true;
        t.cc.cwnd = t.cc.ssthresh = 5000;
    }
    void resent(u32 left, u32 right) { tcp_undo_resent(t, {at(left), at(right)}, now()); }
    void dsack(u32 left, u32 right) { tcp_undo_dsack(t, {at(left), at(right)}); }
    bool undone() const { return !t.undo.possible; }
    u64 recoveries() const { return count(Stat::tcp_spurious_recoveries); }
    u64 timeouts() const { return count(Stat::tcp_spurious_timeouts); }
};

TEST_F(UndoSteps, TheWindowIsAsBeforeAndNothingIsLost) {
    const CongestionControl* another = find_congestion_control("newreno");
    t.cc.control = another;
    t.cc.mss = 900;
    t.dup_acks = 3;
    t.retransmit_now = true;
    t.rtt.back_off();
    (void)t.scoreboard.lose_below(at(1000));
    resent(0, 1000);
    dsack(0, 1000);
    EXPECT_TRUE(undone());
    EXPECT_EQ(t.cc.cwnd, 20'000u);
    EXPECT_EQ(t.cc.ssthresh, 30'000u);
    EXPECT_EQ(t.cc.control, another) << "the program has chosen it meanwhile";
    EXPECT_EQ(t.cc.mss, 900u) << "the path has changed meanwhile";
    EXPECT_FALSE(t.recovering || t.after_timeout || t.retransmit_now);
    EXPECT_EQ(t.dup_acks, 0);
    EXPECT_EQ(t.scoreboard.lost(), 0u);
    EXPECT_EQ(t.rtt.backoff(), 0);
    EXPECT_EQ(recoveries(), 1u);
    EXPECT_EQ(timeouts(), 0u);
}

TEST_F(UndoSteps, AWindowThatHasGrownMeanwhileIsKept) {
    t.cc.cwnd = 25'000;
    resent(0, 1000);
    dsack(0, 1000);
    EXPECT_EQ(t.cc.cwnd, 25'000u);
}

// --- DSACK (RFC 3708): all that was sent again must have arrived twice

TEST_F(UndoSteps, EachByteThatWasSentAgainMustBeReported) {
    resent(0, 1000);
    resent(1000, 3000);
    dsack(0, 1000);
    dsack(1000, 2999);
    EXPECT_FALSE(undone());
    dsack(2999, 3000);
    EXPECT_TRUE(undone());
}

TEST_F(UndoSteps, MoreMayBeReportedThanWasSentAgain) {
    resent(0, 1000);
    dsack(0, 5000);
    EXPECT_TRUE(undone());
}

TEST_F(UndoSteps, ADuplicateFromBeforeTheRecoveryDoesNotCount) {
    t.undo.from = at(1000);
    resent(1000, 2000);
    dsack(999, 1999);
    EXPECT_FALSE(undone());
    dsack(1000, 2000);
    EXPECT_TRUE(undone());
}

TEST_F(UndoSteps, NothingSentAgainNothingToUndo) {
    dsack(0, 1000);
    EXPECT_FALSE(undone());
    resent(0, 1000);
    dsack(0, 1000);
    EXPECT_TRUE(undone());
    dsack(0, 1000);
    resent(0, 1000);
    dsack(0, 1000);
    EXPECT_EQ(recoveries(), 1u) << "only once";
}

// --- timestamps (RFC 3522)

struct UndoByTimestamp : UndoSteps {
    UndoByTimestamp() {
        t.timestamps = true;
        pass(milliseconds(10));
        resent(0, 1000);
        first = tcp_timestamp(t, now());
        pass(milliseconds(10));
        resent(1000, 2000);
    }
    void ack(u32 echo, bool advanced = true) {
        Segment s = segment(1000);
        stamp(s, echo);
        tcp_undo_check(t, s, {.advanced = advanced});
    }
    u32 first = 0;
};

TEST_F(UndoByTimestamp, AnEchoFromBeforeTheFirstRetransmissionIsThatOfAnOriginal) {
    ack(first);
    ack(first + 10);
    EXPECT_FALSE(undone());
    ack(first - 1);
    EXPECT_TRUE(undone());
}

TEST_F(UndoByTimestamp, ADsackThatComesAfterwardsUndoesNothing) {
    ack(first - 1);
    t.cc.cwnd = 7000;
    dsack(0, 2000);
    EXPECT_EQ(t.cc.cwnd, 7000u);
    EXPECT_EQ(recoveries(), 1u);
}

TEST_F(UndoByTimestamp, AnAckOfNothingNewProvesNothing) {
    ack(first - 1, false);
    EXPECT_FALSE(undone());
}

TEST_F(UndoByTimestamp, TimestampsMustBeInUse) {
    Segment s = segment(1000);
    s.options.ts_echo = first - 1;
    tcp_undo_check(t, s, {.advanced = true});
    EXPECT_FALSE(undone()) << "not in this segment";
    t.timestamps = false;
    ack(first - 1);
    EXPECT_FALSE(undone()) << "not agreed upon";
}

TEST_F(UndoSteps, WithoutARetransmissionNoEchoIsOlder) {
    t.timestamps = true;
    pass(milliseconds(10));
    Segment s = segment(1000);
    stamp(s, u32{0} - 1);
    tcp_undo_check(t, s, {.advanced = true});
    EXPECT_FALSE(undone());
}

// --- F-RTO (RFC 5682 section 3.1)

struct UndoByFrto : UndoSteps {
    UndoByFrto() {
        t.recovering = false;
        t.after_timeout = true;
        t.undo.frto = Frto::Asked;
        resent(0, 1000);
    }
    void check(const AckNews& news) { tcp_undo_check(t, segment(0), news); }
    // Data that have not been sent: what step 2.b sends.
    void write_more() {
        t.snd_wnd = 0;
        write(2000);
        EXPECT_TRUE(t.data_end().after(t.snd_nxt));
    }
};

TEST_F(UndoByFrto, AnOriginalThatArrivesProvesIt) {
    check({.original = true});
    EXPECT_TRUE(undone());
    EXPECT_EQ(timeouts(), 1u);
    EXPECT_EQ(recoveries(), 0u);
    EXPECT_EQ(t.undo.frto, Frto::Off);
}

TEST_F(UndoByFrto, OnlyAfterATimeout) {
    t.after_timeout = false;
    check({.original = true});
    EXPECT_FALSE(undone());
}

TEST_F(UndoByFrto, AfterTheFirstAckNewDataAreSent) {
    write_more();
    t.snd_una = at(1000);
    t.recover = at(5000);
    check({.advanced = true});
    EXPECT_EQ(t.undo.frto, Frto::NewData);
    EXPECT_EQ(t.recover, t.snd_nxt);
    check({.original = true});
    EXPECT_TRUE(undone());
}

TEST_F(UndoByFrto, NotIfTheAckDoesNotAdvance) {
    write_more();
    check({.duplicate = true});
    EXPECT_EQ(t.undo.frto, Frto::Off);
    EXPECT_FALSE(undone());
    check({.original = true});
    EXPECT_FALSE(undone()) << "the test is over";
}

TEST_F(UndoByFrto, NotIfAllIsAcknowledged) {
    write_more();
    t.snd_una = t.recover;
    check({.advanced = true});
    EXPECT_EQ(t.undo.frto, Frto::Off);
}

TEST_F(UndoByFrto, NotIfThereAreNoNewData) {
    t.snd_una = at(1000);
    check({.advanced = true});
    EXPECT_EQ(t.undo.frto, Frto::Off);
}

TEST_F(UndoByFrto, ADuplicateOrASackAfterTheNewDataMeansALoss) {
    for (const AckNews news : {AckNews{.sacked = true}, AckNews{.duplicate = true}}) {
        t.undo.frto = Frto::NewData;
        check(news);
        EXPECT_EQ(t.undo.frto, Frto::Off);
    }
    t.undo.frto = Frto::NewData;
    check({.advanced = true});
    EXPECT_EQ(t.undo.frto, Frto::NewData) << "still undecided";
}

}  // namespace
