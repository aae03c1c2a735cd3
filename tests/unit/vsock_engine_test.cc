// The engine of vsock connections: each state with each op, opening and ending.
#include "vsock_kit.h"

using namespace net;
using namespace vsock_kit;

namespace {

// --- states x ops

struct Case {
    VsockState from;
    VsockOp op;
    VsockState to;
    VsockVerdict verdict;
    const char* answer;  // the packets that are then due
};

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

}  // namespace
