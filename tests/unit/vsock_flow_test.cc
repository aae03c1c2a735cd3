// The engine of vsock connections: credit, messages, silent peers, and packets without a connection.
#include "vsock_kit.h"

using namespace net;
using namespace vsock_kit;

namespace {

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
    h.src_cid = 2, h.dst_cid = u64{1} << 32 | 3;
    EXPECT_FALSE(VsockPacket::parse(bytes, 5));
    h.dst_cid = 3, h.length = 65537;
    EXPECT_FALSE(VsockPacket::parse(bytes, 65537));
    h.length = 65536;
    EXPECT_TRUE(VsockPacket::parse(bytes, 65536));
}

}  // namespace
