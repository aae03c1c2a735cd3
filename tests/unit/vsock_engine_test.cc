// The engine of vsock connections: each state with each op, and what is sent next.
#include <gtest/gtest.h>

#include "net/vsock/engine.h"

using namespace net;

namespace {

constexpr VsockKey kKey{.local_cid = 3, .remote_cid = 2, .local_port = 1024, .remote_port = 5000};
constexpr u32 kNoReceive = VsockHeader::kNoReceive, kNoSend = VsockHeader::kNoSend;
constexpr u32 kBoth = kNoReceive | kNoSend;
constexpr Instant kStart{1'000'000'000};

// What the peer puts in its packets.
struct Sent {
    VsockOp op = VsockOp::Data;
    u32 length = 0, flags = 0;
    u32 buf_alloc = 1000, fwd_cnt = 0;
    VsockType type = VsockType::Stream;
};

VsockPacket packet(const Sent& s) {
    VsockHeader h{};
    h.src_cid = kKey.remote_cid, h.dst_cid = kKey.local_cid;
    h.src_port = kKey.remote_port, h.dst_port = kKey.local_port;
    h.length = s.length, h.flags = s.flags;
    h.type = static_cast<u16>(s.type), h.op = static_cast<u16>(s.op);
    h.buf_alloc = s.buf_alloc, h.fwd_cnt = s.fwd_cnt;
    return *VsockPacket::parse({reinterpret_cast<const u8*>(&h), sizeof h}, s.length);
}

// One end of a connection, and a peer that the test plays.
struct End {
    VsockBlock v;
    Instant now = kStart;
    VsockOffer offer;

    VsockVerdict arrives(const Sent& s) { return vsock_arrive(v, packet(s), now); }
    // Sends the next packet that is due; nothing if there is none.
    std::optional<VsockHeader> sends() {
        const auto h = vsock_next(v, offer);
        if (!h) return h;
        vsock_sent(v, *h);
        offer.bytes -= h->length;
        return h;
    }
    // The ops of all packets that are due, in words.
    std::string sends_all() {
        std::string ops;
        while (const auto h = sends()) ops += (ops.empty() ? "" : " ") + std::string(name_of(op_of(*h)));
        return ops;
    }
    static VsockOp op_of(const VsockHeader& h) { return static_cast<VsockOp>(static_cast<u16>(h.op)); }
    u8 take_events() { return std::exchange(v.events, u8{0}); }
};

VsockConfig small_buffer() {
    VsockConfig c;
    c.buffer = 1000;
    return c;
}

End connecting(VsockType type = VsockType::Stream) {
    End e;
    vsock_open_active(e.v, kKey, type, small_buffer(), e.now);
    EXPECT_EQ(e.sends_all(), "REQUEST");
    return e;
}

End accepting() {
    End e;
    vsock_open_passive(e.v, packet({.op = VsockOp::Request}), small_buffer(), e.now);
    EXPECT_EQ(e.v.state, VsockState::Accepting);
    EXPECT_EQ(e.v.key, kKey);
    return e;
}

End established(VsockType type = VsockType::Stream) {
    End e = connecting(type);
    EXPECT_EQ(e.arrives({.op = VsockOp::Response, .type = type}), VsockVerdict::Done);
    EXPECT_EQ(e.v.state, VsockState::Established);
    e.take_events();
    return e;
}

End closing() {
    End e = established();
    vsock_close(e.v, e.now);
    EXPECT_EQ(e.sends_all(), "SHUTDOWN");
    EXPECT_EQ(e.v.state, VsockState::Closing);
    return e;
}

// --- states x ops

struct Case {
    VsockState from;
    VsockOp op;
    VsockState to;
    VsockVerdict verdict;
    const char* answer;  // the packets that are then due
};

End in_state(VsockState s) {
    switch (s) {
        case VsockState::Connecting: return connecting();
        case VsockState::Accepting: return accepting();
        case VsockState::Closing: return closing();
        default: return established();
    }
}

constexpr auto kConnecting = VsockState::Connecting, kAccepting = VsockState::Accepting,
               kEstablished = VsockState::Established, kClosing = VsockState::Closing,
               kClosed = VsockState::Closed;
constexpr auto kDone = VsockVerdict::Done, kWrong = VsockVerdict::WrongOp;
constexpr auto kUnknown = static_cast<VsockOp>(8), kZero = static_cast<VsockOp>(0);

constexpr Case kCases[] = {
    {kConnecting, VsockOp::Request, kClosed, kWrong, "RST"},
    {kConnecting, VsockOp::Response, kEstablished, kDone, ""},
    {kConnecting, VsockOp::Reset, kClosed, kDone, ""},
    {kConnecting, VsockOp::Shutdown, kClosed, kWrong, "RST"},
    {kConnecting, VsockOp::Data, kClosed, kWrong, "RST"},
    {kConnecting, VsockOp::CreditUpdate, kClosed, kWrong, "RST"},
    {kConnecting, VsockOp::CreditRequest, kClosed, kWrong, "RST"},
    {kConnecting, kUnknown, kClosed, kWrong, "RST"},
    {kConnecting, kZero, kClosed, kWrong, "RST"},
    {kAccepting, VsockOp::Request, kClosed, kWrong, "RST"},
    {kAccepting, VsockOp::Response, kClosed, kWrong, "RST"},
    {kAccepting, VsockOp::Reset, kClosed, kDone, ""},
    {kAccepting, VsockOp::Shutdown, kClosed, kDone, "RST"},
    {kAccepting, VsockOp::Data, kClosed, kWrong, "RST"},
    {kAccepting, VsockOp::CreditUpdate, kAccepting, kDone, ""},
    {kAccepting, VsockOp::CreditRequest, kAccepting, kDone, ""},
    {kAccepting, kUnknown, kClosed, kWrong, "RST"},
    {kEstablished, VsockOp::Request, kClosed, kWrong, "RST"},
    {kEstablished, VsockOp::Response, kClosed, kWrong, "RST"},
    {kEstablished, VsockOp::Reset, kClosed, kDone, ""},
    {kEstablished, VsockOp::Shutdown, kClosed, kDone, "RST"},
    {kEstablished, VsockOp::Data, kEstablished, VsockVerdict::Data, ""},
    {kEstablished, VsockOp::CreditUpdate, kEstablished, kDone, ""},
    {kEstablished, VsockOp::CreditRequest, kEstablished, kDone, "CREDIT_UPDATE"},
    {kEstablished, kUnknown, kClosed, kWrong, "RST"},
    {kClosing, VsockOp::Request, kClosed, kWrong, "RST"},
    {kClosing, VsockOp::Response, kClosed, kWrong, "RST"},
    {kClosing, VsockOp::Reset, kClosed, kDone, ""},
    {kClosing, VsockOp::Shutdown, kClosed, kDone, "RST"},
    {kClosing, VsockOp::Data, kClosing, VsockVerdict::Discarded, ""},
    {kClosing, VsockOp::CreditUpdate, kClosing, kDone, ""},
    {kClosing, VsockOp::CreditRequest, kClosing, kDone, "CREDIT_UPDATE"},
    {kClosing, kUnknown, kClosed, kWrong, "RST"},
};

TEST(VsockEngine, AnswersEachOpInEachState) {
    for (const Case& c : kCases) {
        SCOPED_TRACE(std::string(name_of(c.from)) + ", " + name_of(c.op));
        End e = in_state(c.from);
        const bool is_data = c.op == VsockOp::Data, is_shutdown = c.op == VsockOp::Shutdown;
        EXPECT_EQ(e.arrives({.op = c.op, .length = is_data ? 1u : 0, .flags = is_shutdown ? kBoth : 0}),
                  c.verdict);
        EXPECT_EQ(e.v.state, c.to);
        EXPECT_EQ(e.sends_all(), c.answer);
        EXPECT_EQ(e.v.is_finished(), c.to == kClosed);
    }
}

TEST(VsockEngine, ResetsAnotherTypeInEachState) {
    for (const auto s : {kConnecting, kAccepting, kEstablished, kClosing}) {
        for (const u16 type : {0, 2, 3}) {
            SCOPED_TRACE(name_of(s));
            End e = in_state(s);
            EXPECT_EQ(e.arrives({.op = VsockOp::CreditUpdate, .type = static_cast<VsockType>(type)}),
                      VsockVerdict::WrongType);
            EXPECT_EQ(e.sends_all(), "RST");
        }
    }
}

TEST(VsockEngine, TakesAResetOfAnyType) {
    End e = established();
    EXPECT_EQ(e.arrives({.op = VsockOp::Reset, .type = static_cast<VsockType>(9)}), kDone);
    EXPECT_TRUE(e.v.is_finished()) << "and does not answer";
}

// --- opening

TEST(VsockEngine, ConnectsAndTellsItsBuffer) {
    End e;
    vsock_open_active(e.v, kKey, VsockType::Stream, small_buffer(), e.now);
    const auto h = e.sends();
    ASSERT_TRUE(h);
    EXPECT_EQ(h->src_cid, 3u);
    EXPECT_EQ(h->dst_cid, 2u);
    EXPECT_EQ(h->src_port, 1024u);
    EXPECT_EQ(h->dst_port, 5000u);
    EXPECT_EQ(h->type, 1);
    EXPECT_EQ(h->op, 1);
    EXPECT_EQ(h->buf_alloc, 1000u);
    EXPECT_EQ(e.arrives({.op = VsockOp::Response}), kDone);
    EXPECT_TRUE(e.take_events() & kVsockConnected);
    EXPECT_TRUE(e.v.may_send() && e.v.may_receive());
}

TEST(VsockEngine, AcceptsWithAResponse) {
    End e = accepting();
    vsock_accept(e.v, e.now);
    EXPECT_EQ(e.v.state, kEstablished);
    e.offer.bytes = 1;
    EXPECT_EQ(e.sends_all(), "RESPONSE RW");
}

TEST(VsockEngine, RefusesWithAReset) {
    End e = accepting();
    vsock_abort(e.v, Errno::ConnRefused);
    EXPECT_EQ(e.sends_all(), "RST");
    EXPECT_TRUE(e.v.is_finished());
}

TEST(VsockEngine, RefusesAnUnknownTypeAndImpossibleCreditInARequest) {
    for (const Sent& s : {Sent{.op = VsockOp::Request, .type = static_cast<VsockType>(3)},
                          Sent{.op = VsockOp::Request, .fwd_cnt = 1}}) {
        End e;
        vsock_open_passive(e.v, packet(s), small_buffer(), e.now);
        EXPECT_EQ(e.sends_all(), "RST");
    }
}

TEST(VsockEngine, GivesUpConnectingAfterTwoSeconds) {
    End e = connecting();
    EXPECT_EQ(vsock_next_deadline(e.v), kStart + seconds(2));
    vsock_timers(e.v, kStart + milliseconds(1999));
    EXPECT_EQ(e.v.state, kConnecting);
    vsock_timers(e.v, kStart + seconds(2));
    EXPECT_EQ(e.v.error, Errno::TimedOut);
    EXPECT_EQ(e.sends_all(), "RST");
}

TEST(VsockEngine, SendsNoResetForARequestThatWasNeverSent) {
    End e;
    vsock_open_active(e.v, kKey, VsockType::Stream, small_buffer(), e.now);
    vsock_timers(e.v, kStart + seconds(2));
    EXPECT_EQ(e.v.error, Errno::TimedOut);
    EXPECT_TRUE(e.v.is_finished());
}

TEST(VsockEngine, RefusesAResponseToARequestThatWasNeverSent) {
    End e;
    vsock_open_active(e.v, kKey, VsockType::Stream, small_buffer(), e.now);
    EXPECT_EQ(e.arrives({.op = VsockOp::Response}), kWrong);
    EXPECT_EQ(e.v.error, Errno::Proto);
}

TEST(VsockEngine, ReportsARefusedConnectAsReset) {
    End e = connecting();
    e.arrives({.op = VsockOp::Reset});
    EXPECT_EQ(e.v.error, Errno::ConnReset);
}

// --- credit

TEST(VsockEngine, NeverOverrunsThePeer) {
    End e = established();
    e.offer.bytes = 2500;
    const auto h = e.sends();
    EXPECT_EQ(h->length, 1000u);
    EXPECT_FALSE(e.sends());
    e.arrives({.op = VsockOp::CreditUpdate, .fwd_cnt = 1});
    EXPECT_EQ(e.sends()->length, 1u);
    e.arrives({.op = VsockOp::CreditUpdate, .buf_alloc = 500, .fwd_cnt = 400});
    EXPECT_FALSE(e.sends()) << "601 bytes are in flight to a buffer of 500";
    e.arrives({.op = VsockOp::CreditUpdate, .buf_alloc = 602, .fwd_cnt = 400});
    EXPECT_EQ(e.sends()->length, 1u);
}

TEST(VsockEngine, SendsPacketsOfALimitedSize) {
    End e = established();
    e.arrives({.op = VsockOp::CreditUpdate, .buf_alloc = 1 << 20});
    e.offer.bytes = 200'000;
    EXPECT_EQ(e.sends()->length, 65536u);
    e.v.config.max_payload = 4096;
    EXPECT_EQ(e.sends()->length, 4096u);
}

TEST(VsockEngine, AsksForCreditOnceWhenAProgramWaitsForIt) {
    End e = established();
    vsock_want_credit(e.v, 1);
    EXPECT_EQ(e.sends_all(), "") << "it has credit";
    e.offer.bytes = 1000;
    EXPECT_EQ(e.sends_all(), "RW");
    EXPECT_EQ(e.sends_all(), "") << "nobody waits";
    vsock_want_credit(e.v, 1);
    vsock_want_credit(e.v, 1);
    EXPECT_EQ(e.sends_all(), "CREDIT_REQUEST");
    e.arrives({.op = VsockOp::CreditUpdate});
    vsock_want_credit(e.v, 1);
    EXPECT_EQ(e.sends_all(), "") << "the peer has said that there is none";
    e.arrives({.op = VsockOp::CreditUpdate, .fwd_cnt = 1000});
    EXPECT_TRUE(e.take_events() & kVsockWritable);
    e.offer.bytes = 1000;
    EXPECT_EQ(e.sends_all(), "RW");
    vsock_want_credit(e.v, 1);
    EXPECT_EQ(e.sends_all(), "CREDIT_REQUEST");
}

TEST(VsockEngine, AsksAgainWhenTheCreditIsStillTooSmallForAMessage) {
    End e = established();
    vsock_want_credit(e.v, 1500);
    EXPECT_EQ(e.sends_all(), "CREDIT_REQUEST");
    e.arrives({.op = VsockOp::CreditUpdate, .buf_alloc = 1200});
    vsock_want_credit(e.v, 1500);
    EXPECT_EQ(e.sends_all(), "CREDIT_REQUEST");
}

TEST(VsockEngine, TellsAPeerThatHasAskedOfTheLastRoomToo) {
    End e = established();
    e.arrives({.length = 499});
    e.arrives({.op = VsockOp::CreditRequest});
    EXPECT_EQ(e.sends_all(), "CREDIT_UPDATE");
    vsock_read(e.v, 498);
    EXPECT_EQ(e.sends_all(), "") << "less than half of the buffer";
    vsock_read(e.v, 1);
    EXPECT_EQ(e.sends_all(), "CREDIT_UPDATE");
    e.arrives({.length = 499});
    vsock_read(e.v, 499);
    EXPECT_EQ(e.sends_all(), "") << "it has not asked again";
}

TEST(VsockEngine, ResetsAPeerThatOverrunsUs) {
    End e = established();
    EXPECT_EQ(e.arrives({.length = 1000}), VsockVerdict::Data);
    EXPECT_EQ(e.arrives({.length = 1}), VsockVerdict::Overrun);
    EXPECT_EQ(e.v.error, Errno::Proto);
    EXPECT_EQ(e.sends_all(), "RST");
}

TEST(VsockEngine, ResetsAPeerThatHasReadMoreThanWasSent) {
    End e = established();
    EXPECT_EQ(e.arrives({.op = VsockOp::CreditUpdate, .fwd_cnt = 1}), VsockVerdict::FalseCredit);
    EXPECT_EQ(e.sends_all(), "RST");
}

TEST(VsockEngine, TellsThePeerOfFreedRoomWhenHalfOfTheBufferWasRead) {
    End e = established();
    e.arrives({.length = 1000});
    vsock_read(e.v, 499);
    EXPECT_EQ(e.sends_all(), "");
    vsock_read(e.v, 1);
    const auto h = e.sends();
    EXPECT_EQ(End::op_of(*h), VsockOp::CreditUpdate);
    EXPECT_EQ(h->fwd_cnt, 500u);
    EXPECT_EQ(e.sends_all(), "");
    EXPECT_EQ(e.arrives({.length = 500}), VsockVerdict::Data);
    EXPECT_EQ(e.arrives({.length = 1}), VsockVerdict::Overrun);
}

TEST(VsockEngine, DataCarryTheCreditToo) {
    End e = established();
    e.arrives({.length = 1000});
    vsock_read(e.v, 1000);
    e.offer.bytes = 1;
    const auto h = e.sends();
    EXPECT_EQ(End::op_of(*h), VsockOp::Data);
    EXPECT_EQ(h->fwd_cnt, 1000u);
    EXPECT_EQ(e.sends_all(), "");
}

TEST(VsockEngine, APacketThatTheDeviceRefusesChangesNothing) {
    End e = established();
    e.arrives({.length = 1000});
    vsock_read(e.v, 1000);
    EXPECT_TRUE(vsock_next(e.v, {}));
    EXPECT_EQ(e.v.receive.window(), 0u);
    EXPECT_EQ(e.sends_all(), "CREDIT_UPDATE") << "it is due again";
}

TEST(VsockEngine, TellsThePeerOfANewBufferSize) {
    End e = established();
    vsock_set_buffer(e.v, 5000);
    const auto h = e.sends();
    EXPECT_EQ(End::op_of(*h), VsockOp::CreditUpdate);
    EXPECT_EQ(h->buf_alloc, 5000u);
    EXPECT_EQ(e.arrives({.length = 5000}), VsockVerdict::Data);
}

TEST(VsockEngine, AFloodOfCreditRequestsMakesOneAnswer) {
    End e = established();
    for (int i = 0; i < 1000; i++) e.arrives({.op = VsockOp::CreditRequest});
    EXPECT_EQ(e.sends_all(), "CREDIT_UPDATE");
}

TEST(VsockEngine, DropsEmptyData) {
    End e = established();
    EXPECT_EQ(e.arrives({.length = 0}), VsockVerdict::Empty);
    EXPECT_EQ(e.v.state, kEstablished);
    EXPECT_EQ(e.take_events() & kVsockReadable, 0);
}

// --- shutdown

TEST(VsockEngine, ShutsDownSendingAfterTheLastByte) {
    End e = established();
    e.offer.bytes = 1500;
    vsock_shutdown(e.v, kNoSend);
    EXPECT_EQ(e.sends_all(), "RW") << "the peer has room for 1,000";
    e.arrives({.op = VsockOp::CreditUpdate, .fwd_cnt = 1000});
    EXPECT_EQ(e.sends_all(), "RW SHUTDOWN");
    EXPECT_EQ(e.v.told_shut, kNoSend);
    EXPECT_FALSE(e.v.may_send());
    EXPECT_TRUE(e.v.may_receive());
    EXPECT_EQ(e.arrives({.length = 5, .fwd_cnt = 1500}), VsockVerdict::Data);
}

TEST(VsockEngine, ShutsDownReceivingWhileDataWait) {
    End e = established();
    e.offer.bytes = 1500;
    vsock_shutdown(e.v, kNoReceive);
    const auto h = e.sends();
    EXPECT_EQ(End::op_of(*h), VsockOp::Shutdown);
    EXPECT_EQ(h->flags, kNoReceive);
    EXPECT_EQ(e.sends_all(), "RW");
    EXPECT_EQ(e.arrives({.length = 5}), VsockVerdict::Discarded) << "it was on its way";
    EXPECT_EQ(e.v.receive.unread(), 0u);
}

TEST(VsockEngine, DoesNotTakeDataAfterThePeersLast) {
    End e = established();
    EXPECT_EQ(e.arrives({.op = VsockOp::Shutdown, .flags = kNoSend}), kDone);
    EXPECT_TRUE(e.take_events() & kVsockReadable);
    EXPECT_FALSE(e.v.may_receive());
    EXPECT_TRUE(e.v.may_send());
    EXPECT_EQ(e.arrives({.length = 1}), kWrong);
}

TEST(VsockEngine, DoesNotSendDataThatThePeerDoesNotWant) {
    End e = established();
    e.arrives({.op = VsockOp::Shutdown, .flags = kNoReceive});
    EXPECT_TRUE(e.take_events() & kVsockWritable);
    e.offer.bytes = 10;
    EXPECT_FALSE(e.v.may_send());
    EXPECT_EQ(e.sends_all(), "");
    vsock_shutdown(e.v, kNoSend);
    EXPECT_EQ(e.sends()->flags, kNoSend) << "although data wait";
}

TEST(VsockEngine, ShutdownIsPermanent) {
    End e = established();
    e.arrives({.op = VsockOp::Shutdown, .flags = kNoReceive});
    e.arrives({.op = VsockOp::Shutdown, .flags = 0});
    EXPECT_EQ(e.v.peer_shut, kNoReceive);
    e.arrives({.op = VsockOp::Shutdown, .flags = kNoSend | 0xffff'fff0});
    EXPECT_EQ(e.v.peer_shut, kBoth);
    EXPECT_EQ(e.sends_all(), "RST");
    EXPECT_EQ(e.v.error, Errno::None);
}

TEST(VsockEngine, AResetAfterThePeersLastByteIsACleanEnd) {
    End e = established();
    e.arrives({.op = VsockOp::Shutdown, .flags = kNoSend});
    e.arrives({.op = VsockOp::Reset});
    EXPECT_EQ(e.v.error, Errno::None);
}

TEST(VsockEngine, AResetInTheMiddleOfDataIsAnError) {
    End e = established();
    e.arrives({.length = 5});
    e.arrives({.op = VsockOp::Reset});
    EXPECT_EQ(e.v.error, Errno::ConnReset);
    EXPECT_TRUE(e.take_events() & kVsockEnded);
}

TEST(VsockEngine, TheResetThatConfirmsOurShutdownIsACleanEnd) {
    End e = established();
    vsock_shutdown(e.v, kBoth);
    EXPECT_EQ(e.sends_all(), "SHUTDOWN");
    e.arrives({.op = VsockOp::Reset});
    EXPECT_EQ(e.v.error, Errno::None);
}

// --- close

TEST(VsockEngine, ClosingSendsWhatIsOffered) {
    End e = established();
    e.offer.bytes = 1500;
    vsock_close(e.v, e.now);
    EXPECT_EQ(e.sends()->flags, kNoReceive);
    EXPECT_EQ(e.sends_all(), "RW");
    e.arrives({.op = VsockOp::CreditUpdate, .fwd_cnt = 1000});
    EXPECT_EQ(e.sends_all(), "RW SHUTDOWN");
    EXPECT_EQ(e.v.told_shut, kBoth);
    e.arrives({.op = VsockOp::Reset, .fwd_cnt = 1500});
    EXPECT_TRUE(e.v.is_finished());
}

TEST(VsockEngine, ClosingWaitsEightSecondsForTheReset) {
    End e = closing();
    EXPECT_EQ(vsock_next_deadline(e.v), kStart + seconds(8));
    vsock_timers(e.v, kStart + seconds(8));
    EXPECT_EQ(e.sends_all(), "RST");
    EXPECT_TRUE(e.v.is_finished());
}

TEST(VsockEngine, ClosingWhileOpeningResets) {
    for (const auto s : {kConnecting, kAccepting}) {
        End e = in_state(s);
        vsock_close(e.v, e.now);
        EXPECT_EQ(e.sends_all(), "RST");
    }
}

TEST(VsockEngine, FailingSendsNothing) {
    for (const auto s : {kConnecting, kAccepting, kEstablished, kClosing}) {
        End e = in_state(s);
        vsock_fail(e.v, Errno::ConnReset);
        EXPECT_EQ(e.v.error, Errno::ConnReset);
        EXPECT_TRUE(e.v.is_finished());
        EXPECT_EQ(vsock_next_deadline(e.v), Instant::never());
    }
}

TEST(VsockEngine, FailingDropsAResetThatIsDue) {
    End e = established();
    vsock_abort(e.v, Errno::Proto);
    EXPECT_FALSE(e.v.is_finished());
    vsock_fail(e.v, Errno::ConnReset);
    EXPECT_TRUE(e.v.is_finished());
    EXPECT_EQ(e.v.error, Errno::Proto) << "the first reason counts";
}

// --- a silent peer

TEST(VsockEngine, AsksASilentPeerThreeTimesAndGivesUp) {
    End e = established();
    e.v.config.probe_interval = seconds(5);
    for (int at : {5, 6, 7}) {
        EXPECT_EQ(vsock_next_deadline(e.v), kStart + seconds(at));
        vsock_timers(e.v, kStart + seconds(at));
        EXPECT_EQ(e.sends_all(), "CREDIT_REQUEST");
    }
    vsock_timers(e.v, kStart + seconds(8));
    EXPECT_EQ(e.v.error, Errno::TimedOut);
    EXPECT_EQ(e.sends_all(), "RST");
}

TEST(VsockEngine, AnyPacketShowsThatThePeerLives) {
    End e = established();
    e.v.config.probe_interval = seconds(5);
    vsock_timers(e.v, kStart + seconds(5));
    vsock_timers(e.v, kStart + seconds(6));
    e.now = kStart + seconds(11);
    e.arrives({.op = VsockOp::CreditUpdate});
    EXPECT_EQ(vsock_next_deadline(e.v), kStart + seconds(16));
    EXPECT_EQ(e.sends_all(), "") << "the question is answered";
}

TEST(VsockEngine, APeerHasTimeToAnswerAfterTheMachineWasStopped) {
    End e = established();
    e.v.config.probe_interval = seconds(5);
    vsock_timers(e.v, kStart + seconds(3600));
    EXPECT_EQ(e.sends_all(), "CREDIT_REQUEST");
    EXPECT_EQ(vsock_next_deadline(e.v), kStart + seconds(3601));
}

TEST(VsockEngine, WithoutProbesASilentPeerIsLeftAlone) {
    EXPECT_EQ(vsock_next_deadline(established().v), Instant::never());
}

// --- SOCK_SEQPACKET

TEST(VsockMessages, CarryTheirFlagsInTheLastPacket) {
    End e = established(VsockType::SeqPacket);
    e.arrives({.op = VsockOp::CreditUpdate, .buf_alloc = 2000, .type = VsockType::SeqPacket});
    e.offer = {.bytes = 1500, .message_flags = VsockHeader::kEndOfMessage | VsockHeader::kEndOfRecord};
    e.v.config.max_payload = 1000;
    const auto first = e.sends(), last = e.sends();
    EXPECT_EQ(first->flags, 0u);
    EXPECT_EQ(first->type, 2);
    EXPECT_EQ(last->length, 500u);
    EXPECT_EQ(last->flags, 3u);
}

TEST(VsockMessages, AStreamHasNoFlags) {
    End e = established();
    e.offer = {.bytes = 10, .message_flags = VsockHeader::kEndOfMessage};
    EXPECT_EQ(e.sends()->flags, 0u);
}

TEST(VsockMessages, ShutdownWaitsForTheMessagesBehindThisOne) {
    End e = established(VsockType::SeqPacket);
    e.offer = {.bytes = 10, .is_more = true, .message_flags = VsockHeader::kEndOfMessage};
    vsock_shutdown(e.v, kNoSend);
    EXPECT_EQ(e.sends_all(), "RW");
    e.offer.is_more = false;
    EXPECT_EQ(e.sends_all(), "SHUTDOWN");
}

TEST(VsockMessages, AnEmptyPacketMayEndAMessageButIsNone) {
    End e = established(VsockType::SeqPacket);
    const Sent end{.flags = VsockHeader::kEndOfMessage, .type = VsockType::SeqPacket};
    EXPECT_EQ(e.arrives(end), VsockVerdict::Empty);
    EXPECT_EQ(e.arrives({.length = 5, .type = VsockType::SeqPacket}), VsockVerdict::Data);
    EXPECT_EQ(e.arrives({.length = 0, .type = VsockType::SeqPacket}), VsockVerdict::Empty);
    EXPECT_EQ(e.arrives(end), VsockVerdict::Data);
    EXPECT_EQ(e.arrives(end), VsockVerdict::Empty);
}

TEST(VsockMessages, AnyRoomHelpsAPeerWhoseMessageIsNotComplete) {
    End e = established(VsockType::SeqPacket);
    e.arrives({.length = 10, .flags = VsockHeader::kEndOfMessage, .type = VsockType::SeqPacket});
    e.arrives({.length = 990, .type = VsockType::SeqPacket});
    vsock_read(e.v, 10);
    EXPECT_EQ(e.sends_all(), "CREDIT_UPDATE");
}

// --- without a connection

TEST(VsockRefuse, AnswersAnUnknownFlowWithAReset) {
    const auto h = vsock_refuse(packet({.length = 5, .type = static_cast<VsockType>(7)}).header());
    ASSERT_TRUE(h);
    EXPECT_EQ(h->op, 3);
    EXPECT_EQ(h->type, 7);
    EXPECT_EQ(h->src_cid, 3u);
    EXPECT_EQ(h->dst_cid, 2u);
    EXPECT_EQ(h->src_port, 1024u);
    EXPECT_EQ(h->dst_port, 5000u);
    EXPECT_EQ(h->length, 0u);
}

TEST(VsockRefuse, NeverAnswersAReset) { EXPECT_FALSE(vsock_refuse(packet({.op = VsockOp::Reset}).header())); }

// --- the parser

TEST(VsockPacketTest, NeedsAWholeHeaderItsPayloadAnd32BitCids) {
    VsockHeader h = packet({.length = 5}).header();
    const Bytes bytes{reinterpret_cast<const u8*>(&h), sizeof h};
    EXPECT_TRUE(VsockPacket::parse(bytes, 5));
    EXPECT_FALSE(VsockPacket::parse(bytes, 4));
    EXPECT_FALSE(VsockPacket::parse(bytes, 6));
    EXPECT_FALSE(VsockPacket::parse(bytes.first(43), 5));
    h.src_cid = u64{1} << 32 | 2;
    EXPECT_FALSE(VsockPacket::parse(bytes, 5));
    h.src_cid = 2, h.dst_cid = u64{1} << 63 | 3;
    EXPECT_FALSE(VsockPacket::parse(bytes, 5));
    h.dst_cid = 3, h.length = 65537;
    EXPECT_FALSE(VsockPacket::parse(bytes, 65537));
    h.length = 65536;
    EXPECT_TRUE(VsockPacket::parse(bytes, 65536));
}

}  // namespace
