// Which lists a TCP connection is in, how many mbufs it is charged for, and calls that come after its end:
// kernel/net/tcp/connection.cc and connection_life.cc.
#include "net/tcp/engine.h"
#include "tcp_peer.h"

using namespace net;
using packets::text;

namespace {

// --- the lists of connections that may be reset when memory is short

struct TcpPressed : TcpPeerTest {
    enum : u8 {
        kOrphan = TcpPressureLinks::kOrphan,
        kStalled = TcpPressureLinks::kStalled,
        kHole = TcpPressureLinks::kHole
    };
    u8 lists() {
        Ref<TcpConnection> c = stack->tcp().table().any();
        return c ? c->links().in : u8{0xff};
    }
};

TEST_F(TcpPressed, AHoleUntilItIsFilled) {
    accept_one();
    EXPECT_EQ(lists(), 0);
    say({.seq = 2, .ack = 1, .data = text("b")});
    EXPECT_EQ(lists(), kHole);
    say({.seq = 1, .ack = 1, .data = text("a")});
    EXPECT_EQ(lists(), 0);
    device.sent.clear();
}

TEST_F(TcpPressed, AClosedWindowStallsWhoHasDataToSend) {
    accept_one();
    say({.seq = 1, .ack = 1, .window = 0});
    EXPECT_EQ(lists(), 0);
    EXPECT_OK(send(1000));
    EXPECT_EQ(lists(), kStalled);
    say({.seq = 1, .ack = 1, .window = 5000});
    EXPECT_EQ(lists(), 0);
    device.sent.clear();
}

TEST_F(TcpPressed, SoDoThreeTimeouts) {
    accept_one();
    EXPECT_OK(send(1000));
    for (int timeout = 1; timeout <= 3; timeout++) {
        EXPECT_EQ(lists(), 0);
        for (int i = 0; i < 2000 && info().tcpi_retransmits < timeout; i++) pass(milliseconds(50));
    }
    EXPECT_EQ(lists(), kStalled);
    say({.seq = 1, .ack = 1001});
    EXPECT_EQ(lists(), 0);
    device.sent.clear();
}

TEST_F(TcpPressed, AFinAloneNeedsNoMemory) {
    accept_one();
    shut();
    for (int i = 0; i < 2000 && info().tcpi_retransmits < 4; i++) pass(milliseconds(50));
    EXPECT_EQ(lists(), 0);
    device.sent.clear();
}

TEST_F(TcpPressed, AnOrphanUntilTimeWait) {
    accept_one();
    TcpPressure& pressure = stack->tcp().pressure();
    EXPECT_EQ(pressure.orphans(), 0u);
    close();
    EXPECT_EQ(lists(), kOrphan);
    EXPECT_EQ(pressure.orphans(), 1u);
    HEARS(kFin | kAck, 1, 1);
    say({.seq = 1, .ack = 2});
    EXPECT_EQ(lists(), kOrphan);
    say({.flags = kFin | kAck, .seq = 1, .ack = 2});
    EXPECT_EQ(pressure.orphans(), 0u);
    device.sent.clear();
}

TEST_F(TcpPressed, AnOrphanUntilItIsReset) {
    accept_one();
    close();
    EXPECT_EQ(stack->tcp().pressure().orphans(), 1u);
    say({.flags = kRst, .seq = 1});
    EXPECT_EQ(stack->tcp().pressure().orphans(), 0u);
    device.sent.clear();
}

TEST_F(TcpPressed, AnOrphanWithoutMemoryForATimeWaitEntryIsNoneEither) {
    accept_one();
    close();
    say({.seq = 1, .ack = 2});
    fake::world().pages_left = 0;
    say({.flags = kFin | kAck, .seq = 1, .ack = 2});
    EXPECT_EQ(stack->tcp().table().time_waits(), 0u);
    EXPECT_EQ(lists(), 0);
    fake::world().pages_left = -1;
    device.sent.clear();
}

// In TIME-WAIT it has no data to send and none to receive.
TEST_F(TcpPressed, AnOpenSocketInTimeWaitIsInNoList) {
    accept_one();
    shut();
    say({.seq = 1, .ack = 2});
    say({.flags = kFin | kAck, .seq = 1, .ack = 2});
    EXPECT_EQ(state(), TcpState::TimeWait);
    EXPECT_EQ(lists(), 0);
    device.sent.clear();
}

// --- the mbufs that it is charged for

struct TcpCharged : TcpPeerTest {
    u32 sending() { return stack->tcp().send_budget().total(); }
    u32 receiving() { return stack->queue_budget().total(); }
    static constexpr u32 kEach = kMbufRoom;
    static constexpr int kSmall = 5000;
};

// A write of one mbuf is copied before it looks for room, so it reserves nothing.
TEST_F(TcpCharged, AWriteReservesWhatItNeeds) {
    accept_one();
    const struct {
        u32 bytes, reserved, charged;
    } cases[] = {{1, 0, 1}, {kEach, 0, 1}, {kEach + 1, 2, 2}, {3 * kEach, 3, 3}};
    for (const auto& c : cases) {
        u32 reserved = 0;
        fake::world().on_copy = [&] { reserved = sending(); };
        EXPECT_EQ(value_of(send(c.bytes)), c.bytes);
        fake::world().on_copy = nullptr;
        EXPECT_EQ(reserved, c.reserved) << c.bytes;
        EXPECT_EQ(sending(), c.charged) << c.bytes;
        hear_all();
        say({.seq = 1, .ack = 1 + static_cast<u32>(info().tcpi_bytes_sent)});
        EXPECT_EQ(sending(), 0u) << "all is acknowledged";
    }
}

TEST_F(TcpCharged, WhatWasReservedInVainIsGivenBack) {
    accept_one();
    fake::world().bad_until = ~uptr{0};
    EXPECT_ERROR(send(10'000), Fault);
    fake::world().bad_until = 0;
    EXPECT_EQ(sending(), 0u);
}

TEST_F(TcpCharged, AReadGivesBackTheMbufsThatItFrees) {
    accept_one();
    for (u32 i = 0; i < 2; i++) say({.seq = 1 + 1500 * i, .ack = 1, .data = packets::filled(1500)});
    EXPECT_EQ(receiving(), 2u);
    EXPECT_EQ(receive(2000).data.size(), 2000u);
    EXPECT_EQ(receiving(), 1u);
    EXPECT_EQ(receive(1000).data.size(), 1000u);
    EXPECT_EQ(receiving(), 0u);
    device.sent.clear();
}

// The reader holds the mbufs while it copies. What it has not read goes back into the buffer.
TEST_F(TcpCharged, AReadDuringAResetLeavesTheRest) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = packets::filled(1000)});
    fake::world().on_copy = [&] {
        fake::world().on_copy = nullptr;
        say({.flags = kRst, .seq = 1001});
    };
    EXPECT_EQ(receive(400).data.size(), 400u);
    EXPECT_EQ(receive(4096).data.size(), 600u);
    EXPECT_EQ(receiving(), 0u);
    device.sent.clear();
}

TEST_F(TcpCharged, AReadDuringCloseLeavesNothing) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = packets::filled(1000)});
    fake::world().on_copy = [&] {
        fake::world().on_copy = nullptr;
        say({.flags = kRst, .seq = 1001});
        close();
    };
    EXPECT_EQ(receive(400).data.size(), 400u);
    close_all();
    EXPECT_EQ(receiving(), 0u);
    device.sent.clear();
}

// A writer takes the mbufs of the pool at last; it waits as if there were no room.
TEST_F(TcpCharged, AWriteWaitsForThePool) {
    accept_one();
    MbufQueue hoard;
    fake::world().pages_left = 0;
    while (MbufPtr m = Mbuf::alloc()) hoard.push_tail(std::move(m));
    EXPECT_ERROR(send(10), Again);
    EXPECT_EQ(sending(), 0u);
    fake::world().on_wait = [&]() -> Result<> {
        hoard.clear();
        return {};
    };
    EXPECT_EQ(value_of(send(10, 0)), 10u);
    fake::world().on_wait = nullptr;
    fake::world().pages_left = -1;
    HEARS(kAck, 1, 1, 10);
}

TEST_F(TcpCharged, AWriteThatFitsIntoTheLastMbufTakesNone) {
    accept_one();
    constexpr u32 kMost = SendBuffer::kMergeLimit;
    const struct {
        u32 first, second, mbufs;
    } cases[] = {{10, kMost, 1}, {10, kMost + 1, 2}, {kEach - 100, 100, 1}, {kEach - 100, 101, 2}};
    for (const auto& c : cases) {
        EXPECT_EQ(value_of(send(c.first)), c.first);
        EXPECT_EQ(value_of(send(c.second)), c.second);
        EXPECT_EQ(sending(), c.mbufs) << c.first << " and " << c.second << " bytes";
        for (int i = 0; i < 3 && sending() > 0; i++) {  // Nagle's algorithm holds the second
            hear_all();
            say({.seq = 1, .ack = 1 + static_cast<u32>(info().tcpi_bytes_sent)});
        }
        EXPECT_EQ(sending(), 0u);
    }
}

TEST_F(TcpCharged, AnAckLeavesWhatAWriteHasReserved) {
    accept_one();
    EXPECT_EQ(value_of(send(kEach)), kEach);
    hear_all();
    u32 reserved = 0;
    fake::world().on_copy = [&] {
        fake::world().on_copy = nullptr;
        say({.seq = 1, .ack = 1 + kEach});
        reserved = sending();
    };
    EXPECT_EQ(value_of(send(2 * kEach)), 2 * kEach);
    EXPECT_EQ(reserved, 2u);
    device.sent.clear();
}

// A write that has waited for room copies its bytes after it has found some.
TEST_F(TcpCharged, AWriteForTheLastMbufTakesAnotherIfAnAckFreesThat) {
    accept_one();
    const Bytes value{reinterpret_cast<const u8*>(&kSmall), sizeof kSmall};
    EXPECT_OK(program->set_option(SOL_SOCKET, SO_SNDBUF, value));
    const auto full = static_cast<u32>(value_of(send(100'000)));
    hear_all();
    fake::world().on_wait = [&]() -> Result<> {
        say({.seq = 1, .ack = 1 + full - 10});
        return {};
    };
    int copies = 0;
    fake::world().on_copy = [&] {
        if (++copies == 2) say({.seq = 1, .ack = 1 + full});
    };
    EXPECT_EQ(value_of(send(10, 0)), 10u);
    fake::world().on_copy = nullptr, fake::world().on_wait = nullptr;
    EXPECT_EQ(copies, 2);
    EXPECT_EQ(sending(), 1u);
    device.sent.clear();
}

TEST_F(TcpCharged, AnAckGivesBackTheMbufsThatItFrees) {
    accept_one();
    for (int i = 0; i < 4; i++) EXPECT_EQ(value_of(send(kEach)), kEach);
    EXPECT_EQ(sending(), 4u);
    hear_all();
    say({.seq = 1, .ack = 1 + kEach});
    EXPECT_EQ(sending(), 3u);
    say({.flags = kRst, .seq = 1});
    EXPECT_EQ(sending(), 0u);
    device.sent.clear();
}

// With 7/8 of the budget in use, who has nothing to send may still take one mbuf.
TEST_F(TcpCharged, AnEmptySendBufferMayTakeTheFirstMbuf) {
    accept_one();
    MbufAccount others;
    others.open(stack->tcp().send_budget(), 0);
    others.take_anyway(Tcp::kMaxSendMbufs - Tcp::kMaxSendMbufs / 8);
    EXPECT_EQ(value_of(send(10'000)), kEach);
    EXPECT_ERROR(send(10'000), Again);
    others.give(others.held());
    device.sent.clear();
}

TEST_F(TcpCharged, UnreadDataAreFreedWithTheListener) {
    listen();
    say({.flags = kSyn, .mss = 1460});
    our_iss += hear().seq;
    say({.seq = 1, .ack = 1, .data = packets::filled(1000)});
    EXPECT_EQ(receiving(), 1u);
    listening->close();
    EXPECT_EQ(receiving(), 0u);
    const std::vector<Seg> heard = hear_all();
    ASSERT_FALSE(heard.empty());
    EXPECT_TRUE(heard.back().flags & kRst);
}

TEST_F(TcpCharged, PruningFreesAndCountsAllDataOutOfOrder) {
    accept_one();
    for (u32 i = 0; i < 6; i++) say({.seq = 1000 + 2000 * i, .ack = 1, .data = packets::filled(1000)});
    EXPECT_EQ(receiving(), 6u);
    stack->tcp().table().any()->prune(platform::now());
    EXPECT_EQ(receiving(), 0u);
    EXPECT_EQ(count(Stat::tcp_ofo_pruned), 6u);
    EXPECT_EQ(stack->tcp().table().any()->links().in, 0);
    device.sent.clear();
}

// --- one after the other

struct TcpSuccession : TcpPeerTest {
    static Instant now() { return platform::now(); }
    u32 offset_of(const TcpKey& key) { return stack->tcp().secrets().start(key, now()).timestamp_offset; }
};

// RFC 7323 section 5.4: each connection has its own offset, so timestamps do not show how long we run.
TEST_F(TcpSuccession, TimestampsHaveTheOffsetOfTheirConnection) {
    const u32 ms = static_cast<u32>(now().ns / 1'000'000);
    listen();
    say({.flags = kSyn, .mss = 1460, .ts = {{1, 0}}});
    EXPECT_EQ(u32{hear().ts->value}, ms + offset_of({kOurs, kPeer, kOurPort, kTheirPort}));
    our_iss = 0;
    program = socket();
    their_port = 81;
    EXPECT_ERROR(program->connect({kPeer, 81}, false), InProgress);
    our_port = program->local().inet()->port;
    EXPECT_EQ(u32{hear().ts->value}, ms + offset_of({kOurs, kPeer, our_port, 81}));
}

TEST_F(TcpSuccession, ASecondAttemptStartsWithFreshTimers) {
    start_connect();
    pass(seconds(200));
    device.sent.clear();
    EXPECT_EQ(error(), ETIMEDOUT);
    EXPECT_ERROR(program->connect({kPeer, 81}, false), InProgress);
    our_port = program->local().inet()->port, their_port = 81;
    EXPECT_EQ(info().tcpi_retransmits, 0);
    EXPECT_EQ(info().tcpi_backoff, 0);
    EXPECT_EQ(hear().flags, kSyn);
    pass(milliseconds(1000));
    EXPECT_EQ(hear().flags, kSyn) << "after one second";
}

TEST_F(TcpSuccession, ATimeWaitEntryAnswersWithTheLastWindow) {
    accept_one({.flags = kSyn, .mss = 1460, .scale = 0});
    close();
    HEARS(kFin | kAck, 1, 1);
    say({.flags = kFin | kAck, .seq = 1, .ack = 2});
    const Seg last = hear();
    EXPECT_EQ(stack->tcp().table().time_waits(), 1u);
    say({.flags = kFin | kAck, .seq = 1, .ack = 2});
    const Seg again = hear();
    EXPECT_TRUE(again.is(kAck, 2, 2)) << again;
    EXPECT_GT(again.window, 0);
    EXPECT_EQ(again.window, last.window);
}

TEST_F(TcpSuccession, WhatATimeWaitEntryReplacesHoldsNothing) {
    accept_one();
    Ref<TcpConnection> c = stack->tcp().table().any();
    close();
    HEARS(kFin | kAck, 1, 1);
    say({.seq = 1, .ack = 2});
    const usize timers = fake::world().timers.size();
    say({.flags = kFin | kAck, .seq = 1, .ack = 2});
    EXPECT_EQ(stack->tcp().table().time_waits(), 1u);
    EXPECT_EQ(c->state(), TcpState::Closed);
    EXPECT_EQ(c->links().in, 0);
    EXPECT_EQ(fake::world().timers.size(), timers) << "that of the entries instead of its own";
    device.sent.clear();
}

// --- calls that come too late, or too early: another hart may have ended the connection meanwhile

struct TcpTooLate : TcpPeerTest {
    Ref<TcpConnection> connection() { return stack->tcp().table().any(); }
    static Instant now() { return platform::now(); }
    Segment syn(u32 seq) {
        Segment s;
        s.flags = {kSyn};
        s.seq = Seq(kTheirIss + seq);
        return s;
    }
};

TEST_F(TcpTooLate, AClosedConnectionDoesNothing) {
    accept_one();
    Ref<TcpConnection> c = connection();
    c->abort(Errno::TimedOut, now());
    HEARS(kRst | kAck, 1, 1);
    Segment s = syn(1);
    s.flags = {kAck};
    s.ack = Seq(our_iss + 5);
    c->arrive(s, now());
    c->give_up(Stat::tcp_stalled_dropped, now());
    c->unreachable(Seq(our_iss + 1), Errno::HostUnreach, 0, now());
    EXPECT_EQ(c->state(), TcpState::Closed);
    EXPECT_EQ(count(Stat::tcp_stalled_dropped), 0u);
    EXPECT_EQ(c->take_error(), Errno::TimedOut);
    EXPECT_TRUE(silence());
}

TEST_F(TcpTooLate, AnEstablishedConnectionDoesNotGiveWay) {
    accept_one();
    EXPECT_FALSE(connection()->give_way(syn(100'000), now()));
    EXPECT_EQ(state(), TcpState::Established);
}

TEST_F(TcpTooLate, AConnectionThatWasClosedMeanwhileIsNotOpened) {
    auto opened = stack->tcp().connect({kOurs, kPeer, 0, 80}, {});
    ASSERT_TRUE(opened.ok());
    Ref<TcpConnection> c = opened.value();
    c->close(now());
    device.sent.clear();
    c->open_active({}, now());
    EXPECT_EQ(c->state(), TcpState::Closed);
    EXPECT_TRUE(silence());
    EXPECT_FALSE(c->has_failed()) << "nobody will try again";
}

TEST_F(TcpTooLate, AnAckIsWaitedForIfItAcknowledgesNewData) {
    accept_one();
    EXPECT_OK(send(1000));
    device.sent.clear();
    for (const auto& [ack, waits] : {std::pair{1u, false}, {2u, true}, {1001u, true}, {1002u, false}})
        EXPECT_EQ(connection()->waits_for(Seq(our_iss + ack)), waits) << ack;
}

TEST_F(TcpTooLate, ADrainedConnectionHasNothingInFlightAndNothingToSend) {
    const WaitPolicy at_once{.wait = false};
    accept_one();
    Ref<TcpConnection> c = connection();
    EXPECT_OK(c->wait_drained(at_once));
    say({.seq = 1, .ack = 1, .window = 0});
    EXPECT_OK(send(10));
    EXPECT_ERROR(c->wait_drained(at_once), Again) << "the window is closed";
    say({.seq = 1, .ack = 1, .window = 1000});
    device.sent.clear();
    say({.seq = 1, .ack = 11});
    EXPECT_OK(c->wait_drained(at_once));
    close();
    EXPECT_ERROR(c->wait_drained(at_once), Again) << "the FIN is in flight";
    say({.flags = kRst, .seq = 1});
    EXPECT_OK(c->wait_drained(at_once));
    device.sent.clear();
}

}  // namespace
