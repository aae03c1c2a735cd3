// Received data and FINs, on a block: kernel/net/tcp/text.cc.
#include "new_mbuf.h"
#include "tcb_output_kit.h"

using namespace net;

namespace {

constexpr u16 kFin = TcpFlags::Fin;

struct TcpText : TcbOutputTest {
    TcpText() {
        establish();
        forget();
        t.ack_now = false;
        t.events = 0;
    }
    u32 received() const { return t.rcv_nxt.since(kTheirs); }
    u32 window() const { return t.rcv_wnd(); }
    bool delays_its_ack() const { return t.running(TcpTimer::DelayedAck); }
    // All steps, and the answer.
    void arrives(Segment s) {
        TcbTest::arrives(std::move(s));
        output();
    }
    // The seventh step alone: nothing is sent.
    void text(Segment s) { tcp_take_text(t, s, now()); }
};

// --- data in order

TEST_F(TcpText, DataInOrderCanBeRead) {
    text(carrying(0, 100));
    EXPECT_EQ(received(), 100u);
    EXPECT_EQ(t.receive.bytes(), 100u);
    EXPECT_EQ(t.bytes_received, 100u);
    EXPECT_EQ(t.events, kTcpReadable);
    EXPECT_EQ(t.queued.held(), 1u);
}

// SHUT_RD: data are acknowledged and discarded.
TEST_F(TcpText, DataThatNobodyReadsAreNotKept) {
    t.discard = true;
    text(carrying(100, 600));
    text(carrying(0, 100));
    EXPECT_EQ(received(), 700u);
    EXPECT_EQ(t.receive.bytes(), 0u);
    EXPECT_EQ(t.queued.held(), 0u);
    EXPECT_EQ(t.events, 0);
}

TEST_F(TcpText, DataAreTakenOnlyBeforeThePeersFin) {
    t.state = TcpState::CloseWait;
    text(carrying(0, 100));
    EXPECT_EQ(received(), 0u);
    for (const TcpState s : {TcpState::FinWait1, TcpState::FinWait2}) {
        t.state = s;
        text(carrying(received(), 100));
    }
    EXPECT_EQ(received(), 200u);
}

TEST_F(TcpText, DataOfASynBeginAfterIt) {
    text(carrying(0u - 1, 10, TcpFlags::Syn));
    EXPECT_EQ(received(), 10u);
    EXPECT_FALSE(t.has_duplicate);
}

// RFC 1122 section 4.2.2.13.
TEST_F(TcpText, AnOrphanResetsAPeerThatSendsMore) {
    t.orphan = true;
    arrives(carrying(0u - 10, 10));
    text(carrying(0u - 10, 10));
    EXPECT_EQ(t.state, TcpState::Established) << "nothing new";
    forget();
    text(carrying(0, 1));
    EXPECT_EQ(t.state, TcpState::Closed);
    EXPECT_TRUE(only_sent().has(TcpFlags::Rst));
}

// --- delayed ACKs (RFC 9293 section 3.8.6.3)

TEST_F(TcpText, EverySecondFullSegmentIsAcknowledgedAtOnce) {
    arrives(carrying(0, 1000));
    EXPECT_EQ(t.receive_mss, 1000);
    EXPECT_EQ(t.deadline(TcpTimer::DelayedAck), now() + kDelayedAck);
    EXPECT_TRUE(sent().empty());
    arrives(carrying(1000, 999));
    EXPECT_EQ(only_sent().ack, 1999u) << "one byte less counts as full";
    EXPECT_FALSE(delays_its_ack());
    arrives(carrying(1999, 1000));
    arrives(carrying(2999, 998));
    EXPECT_TRUE(sent().empty());
    EXPECT_EQ(t.receive_mss, 1000) << "the largest";
}

TEST_F(TcpText, ADelayedAckIsNotDelayedFurther) {
    arrives(carrying(0, 10));
    const Instant due = t.deadline(TcpTimer::DelayedAck);
    pass(milliseconds(10));
    arrives(carrying(10, 10));
    EXPECT_EQ(t.deadline(TcpTimer::DelayedAck), due);
    pass(milliseconds(30));
    tcp_timers(t, now());
    EXPECT_EQ(only_sent().ack, 20u);
}

// --- the window's edges

TEST_F(TcpText, OldDataAreCutOffAndReported) {
    text(carrying(0u - 50, 80));
    EXPECT_EQ(received(), 30u);
    EXPECT_EQ(t.receive.bytes(), 30u);
    ASSERT_TRUE(t.has_duplicate);
    EXPECT_EQ(t.duplicate.left, kTheirs - 50);
    EXPECT_EQ(t.duplicate.right, kTheirs);
}

TEST_F(TcpText, OnlyOldDataAreReported) {
    text(carrying(0u - 50, 20));
    EXPECT_EQ(received(), 0u);
    ASSERT_TRUE(t.has_duplicate);
    EXPECT_EQ(t.duplicate.right, kTheirs - 30);
    EXPECT_TRUE(t.ack_now);
    EXPECT_EQ(count(Stat::tcp_out_of_order), 0u);
}

TEST_F(TcpText, DataBeyondTheWindowAreCutOff) {
    t.rcv_adv = t.rcv_nxt + 100;
    text(carrying(0, 101));
    EXPECT_EQ(t.receive.bytes(), 100u);
    EXPECT_TRUE(t.ack_now) << "the peer must learn the window";
    EXPECT_FALSE(t.has_duplicate);
}

TEST_F(TcpText, DataUpToTheEdgeAreNoReasonForAnAck) {
    t.rcv_adv = t.rcv_nxt + 100;
    text(carrying(0, 100));
    EXPECT_FALSE(t.ack_now);
}

TEST_F(TcpText, DataAreCutOffAtBothEdges) {
    t.rcv_adv = t.rcv_nxt + 100;
    text(carrying(0u - 10, 200));
    EXPECT_EQ(t.receive.bytes(), 100u);
    EXPECT_EQ(t.receive.front()->length(), 100u);
}

TEST_F(TcpText, HolesAreReportedOnlyWithSack) {
    for (const bool sack : {true, false}) {
        t.sack = sack;
        arrives(carrying(sack ? 100 : 200, 10));
        EXPECT_EQ(tcp_options_length(t) > 0, sack);
    }
}

// RFC 2883 needs SACK.
TEST_F(TcpText, DuplicatesAreReportedOnlyWithSack) {
    t.sack = false;
    text(carrying(0u - 50, 20));
    EXPECT_FALSE(t.has_duplicate);
    t.sack = true;
    tcp_note_duplicate(t, {kTheirs, kTheirs});
    EXPECT_FALSE(t.has_duplicate) << "an empty range";
}

// --- data out of order

// RFC 5681 section 4.2.
TEST_F(TcpText, AGapIsReportedAtOnceAndItsEndToo) {
    arrives(carrying(100, 100));
    EXPECT_EQ(only_sent().ack, 0u);
    EXPECT_EQ(count(Stat::tcp_out_of_order), 1u);
    arrives(carrying(0, 50));
    EXPECT_EQ(only_sent().ack, 50u) << "the gap is smaller";
    arrives(carrying(50, 50));
    EXPECT_EQ(only_sent().ack, 200u);
    EXPECT_EQ(t.receive.bytes(), 200u);
    EXPECT_EQ(t.bytes_received, 200u);
    EXPECT_TRUE(t.out_of_order.empty());
    EXPECT_EQ(t.queued.held(), 1u) << "small pieces share an mbuf";
}

TEST_F(TcpText, ARepeatedPieceBehindAGapIsReported) {
    text(carrying(100, 100));
    text(carrying(150, 10));
    ASSERT_TRUE(t.has_duplicate);
    EXPECT_EQ(t.duplicate.left, kTheirs + 150);
    EXPECT_EQ(t.duplicate.right, kTheirs + 160);
}

// --- memory

// All mbufs but a few are taken by others.
struct TcpTextWithLittleMemory : TcpText {
    TcpTextWithLittleMemory() {
        t.queued.open(budget, 0);
        others.open(budget, 0);
    }
    ~TcpTextWithLittleMemory() override {
        t.receive.clear(t.queued);
        t.out_of_order.clear(t.queued);
    }
    void others_have(u32 n) { others.take_anyway(n); }
    bool takes(Segment s) {
        const u32 before = received();
        text(std::move(s));
        return received() != before;
    }
    MbufBudget budget{16};
    MbufAccount others;
};

TEST_F(TcpTextWithLittleMemory, TheFirstDataHaveMoreRoomThanLaterOnes) {
    others_have(14);
    EXPECT_TRUE(takes(carrying(0, 1400)));
    EXPECT_FALSE(takes(carrying(1400, 1400)));
    EXPECT_EQ(count(Stat::tcp_rcvq_full), 1u);
    EXPECT_TRUE(t.ack_now);
    EXPECT_EQ(t.events & kTcpStarved, kTcpStarved);
}

TEST_F(TcpTextWithLittleMemory, DataThatAThreadWaitsForHaveTheMost) {
    others_have(14);
    EXPECT_TRUE(takes(carrying(0, 1400)));
    t.awaited = true;
    EXPECT_TRUE(takes(carrying(1400, 1400)));
    EXPECT_FALSE(takes(carrying(2800, 1400)));
    EXPECT_EQ(t.receive.bytes(), 2800u);
}

TEST_F(TcpTextWithLittleMemory, WhatFitsIntoTheLastMbufNeedsNone) {
    others_have(14);
    EXPECT_TRUE(takes(carrying(0, 1000)));
    EXPECT_TRUE(takes(carrying(1000, 600))) << "although it is long";
    EXPECT_EQ(t.queued.held(), 1u);
    EXPECT_EQ(t.receive.bytes(), 1600u);
}

TEST_F(TcpTextWithLittleMemory, DataBehindAGapMakeRoomForDataInOrder) {
    for (const u32 seq : {2000u, 4000u}) text(carrying(seq, 1400));
    EXPECT_EQ(t.queued.held(), 2u);
    EXPECT_TRUE(takes(carrying(0, 1400)));
    others_have(12);
    EXPECT_FALSE(takes(carrying(1400, 1400))) << "even both are too little";
    EXPECT_EQ(count(Stat::tcp_ofo_pruned), 2u);
    EXPECT_TRUE(t.out_of_order.empty());
}

TEST_F(TcpTextWithLittleMemory, NoMoreOfThemAreDroppedThanNecessary) {
    for (const u32 seq : {3000u, 5000u, 7000u, 9000u}) text(carrying(seq, 1400));
    EXPECT_TRUE(takes(carrying(0, 1400)));
    others_have(8);
    EXPECT_TRUE(takes(carrying(1400, 1400)));
    EXPECT_EQ(count(Stat::tcp_ofo_pruned), 3u);
}

TEST_F(TcpTextWithLittleMemory, DataBehindAGapAreRefused) {
    others_have(15);
    text(carrying(1000, 1400));
    EXPECT_EQ(count(Stat::tcp_ofo_full), 1u);
    EXPECT_TRUE(t.out_of_order.empty());
}

// --- several segments at once: merged by the device, or sent by this host

struct TcpTextMerged : TcpText {
    // Two mbufs of 1,000 bytes.
    Segment chain(u32 seq) {
        Segment s = carrying(seq, 1000);
        s.data->append(carrying(seq, 1000).data);
        s.length = 2000;
        return s;
    }
    // A thousand bytes in a fragment.
    Segment from_this_host(u32 seq) {
        Segment s = carrying(seq, 1000);
        MbufPtr head = new_mbuf(0);
        EXPECT_TRUE(head->attach(*s.data, s.data->data(), 1000));
        s.data = std::move(head);
        return s;
    }
};

TEST_F(TcpTextMerged, BothAreTaken) {
    text(chain(0));
    EXPECT_EQ(received(), 2000u);
    EXPECT_EQ(t.queued.held(), 2u);
    EXPECT_TRUE(t.ack_now);
    EXPECT_EQ(t.receive_mss, 536) << "the length of the segments is unknown";
}

TEST_F(TcpTextMerged, TheFirstMayBeOld) {
    text(carrying(0, 1000));
    text(chain(0));
    EXPECT_EQ(received(), 2000u);
}

TEST_F(TcpTextMerged, BothMayBeBehindAGap) {
    text(chain(1000));
    EXPECT_EQ(received(), 0u);
    EXPECT_FALSE(delays_its_ack());
    text(carrying(0, 1000));
    EXPECT_EQ(received(), 3000u);
}

TEST_F(TcpTextMerged, BehindAGapDataOfThisHostMustFitIntoAnMbuf) {
    Segment s = from_this_host(1000);
    for (const u32 seq : {2000u, 3000u}) {
        const Segment more = carrying(seq, 1000);
        EXPECT_TRUE(s.data->attach(*more.data, more.data->data(), 1000));
        s.length += 1000;
    }
    text(std::move(s));
    EXPECT_EQ(count(Stat::tcp_ofo_full), 1u);
    EXPECT_TRUE(t.out_of_order.empty());
    text(from_this_host(1000));
    EXPECT_EQ(count(Stat::tcp_ofo_full), 1u);
    EXPECT_FALSE(t.out_of_order.empty());
}

TEST_F(TcpTextMerged, AWaitingThreadAcknowledgesDataOfThisHost) {
    t.awaited = true;
    text(from_this_host(0));
    text(from_this_host(1000));
    EXPECT_EQ(received(), 2000u);
    EXPECT_FALSE(t.ack_now);
    EXPECT_TRUE(delays_its_ack()) << "in case it does not read";
}

TEST_F(TcpTextMerged, WithoutAThreadTheyAreAcknowledgedAsUsual) {
    text(from_this_host(0));
    EXPECT_FALSE(t.ack_now);
    text(from_this_host(1000));
    EXPECT_TRUE(t.ack_now);
}

TEST_F(TcpTextMerged, DataOfOtherHostsDoNotWaitForTheThread) {
    t.awaited = true;
    text(chain(0));
    EXPECT_TRUE(t.ack_now);
}

TEST_F(TcpTextMerged, ThatFillAGapDoNotWaitForTheThread) {
    t.awaited = true;
    text(carrying(1000, 10));
    t.ack_now = false;
    text(from_this_host(0));
    EXPECT_TRUE(t.ack_now);
    EXPECT_EQ(received(), 1010u);
}

// --- the peer's FIN

TEST_F(TcpText, AFinIsAcknowledgedAtOnce) {
    arrives(carrying(0, 10, kFin));
    EXPECT_EQ(t.state, TcpState::CloseWait);
    EXPECT_EQ(only_sent().ack, 11u);
    EXPECT_EQ(t.events & kTcpReadable, kTcpReadable);
    EXPECT_EQ(t.receive.bytes(), 10u);
}

TEST_F(TcpText, AFinWaitsForTheDataBeforeIt) {
    arrives(carrying(100, 0, kFin));
    EXPECT_EQ(only_sent().ack, 0u) << "a duplicate ACK, at once";
    EXPECT_EQ(t.state, TcpState::Established);
    arrives(carrying(200, 0, kFin));
    forget();
    arrives(carrying(0, 100));
    EXPECT_EQ(t.state, TcpState::CloseWait) << "the first FIN counts";
    EXPECT_EQ(only_sent().ack, 101u);
}

TEST_F(TcpText, AFinBeyondTheWindowIsIgnored) {
    t.rcv_adv = t.rcv_nxt + 100;
    text(carrying(0, 100, kFin));
    EXPECT_FALSE(t.has_peer_fin);
    t.rcv_adv = t.rcv_nxt + 100;
    text(carrying(100, 99, kFin));
    EXPECT_TRUE(t.has_peer_fin);
}

TEST_F(TcpText, AFinInFinWait2BeginsTimeWait) {
    tcp_close(t, now());
    acknowledge(segment(1));
    EXPECT_EQ(t.state, TcpState::FinWait2);
    t.set(TcpTimer::Keepalive, now() + seconds(1));
    t.events = 0;
    text(carrying(0, 0, kFin));
    tcp_take_fin(t, now());
    EXPECT_EQ(t.state, TcpState::TimeWait);
    EXPECT_EQ(t.deadline(TcpTimer::Final), now() + kTimeWait);
    EXPECT_FALSE(t.running(TcpTimer::Keepalive));
    EXPECT_EQ(t.events, kTcpReadable | kTcpWritable);
}

TEST_F(TcpText, FinsThatCrossBeginClosing) {
    tcp_close(t, now());
    text(carrying(0, 0, kFin));
    tcp_take_fin(t, now());
    EXPECT_EQ(t.state, TcpState::Closing);
    EXPECT_FALSE(t.running(TcpTimer::Final));
    tcp_take_fin(t, now());
    EXPECT_EQ(received(), 1u) << "it is taken once";
}

// --- window updates after a read

struct TcpAfterRead : TcpText {
    TcpAfterRead() { t.receive_mss = 1000; }
    // Of a buffer of `size` bytes, whose peer knows a window of `known`, `free` are free.
    bool updates(u32 size, u32 known, u32 free) {
        t.config.receive_limit = size;
        t.rcv_adv = t.rcv_nxt + known;
        t.receive.clear(t.queued);
        for (u32 left = size - free; left > 0;) {
            const u32 n = std::min(left, 2000u);
            MbufPtr m = new_mbuf(0);
            m->put(n);
            t.queued.take_anyway(1);
            t.receive.push(std::move(m));
            left -= n;
        }
        t.ack_now = false;
        return tcp_after_read(t);
    }
};

TEST_F(TcpAfterRead, TwoSegmentsAreWorthAnUpdate) {
    EXPECT_FALSE(updates(10'000, 5000, 6999));
    EXPECT_FALSE(t.ack_now);
    EXPECT_TRUE(updates(10'000, 5000, 7000));
    EXPECT_TRUE(t.ack_now);
}

TEST_F(TcpAfterRead, SoIsHalfOfASmallBuffer) {
    EXPECT_FALSE(updates(3000, 1000, 2499));
    EXPECT_TRUE(updates(3000, 1000, 2500));
}

TEST_F(TcpAfterRead, AfterTheFinThereIsNoneToSend) {
    t.state = TcpState::CloseWait;
    EXPECT_FALSE(updates(10'000, 0, 10'000));
}

}  // namespace
