// Opening a connection: problems and attacks reported for other stacks.
#include "tcp_peer.h"

using namespace net;
using packets::filled;
using packets::Packet;
using packets::text;

namespace {

struct OpenScenario : TcpPeerTest {
    // Sends a SYN with these raw options, padded with zeros.
    void say_syn(Packet options, u16 flags = kSyn, u32 ack = 0) {
        while (options.size() % 4) options.push_back(0);
        say_raw({.seq = kTheirIss,
                 .ack = our_iss + ack,
                 .flags = flags,
                 .window = 65535,
                 .options_length = options.size()},
                options);
    }
    // Accepts a connection, sends 3,000 bytes and returns the first segments.
    std::vector<Seg> segments_after_syn(Packet options) {
        listen();
        say_syn(std::move(options));
        HEARS(kSyn | kAck, 0, 1);
        say({.seq = 1, .ack = 1});
        program = keep(value_of(listening->accept(false)));
        EXPECT_OK(program->set_option(IPPROTO_TCP, TCP_NODELAY, as_option(1)));
        EXPECT_OK(send(3000));
        return hear_all();
    }
};

// --- SYN-SENT and the peer's old connection (RFC 9293 section 3.5.1, RFC 5961 section 4)

TEST_F(OpenScenario, AChallengeInSynSentIsAnsweredWithABareReset) {
    start_connect();
    say({.seq = 5000, .ack = 0x7000'0000});
    HEARS(kRst, 0x7000'0000, 0) << "SEQ=SEG.ACK, no ACK";
    EXPECT_EQ(state(), TcpState::SynSent);
    device.sent.clear();
}

TEST_F(OpenScenario, TheSynGoesAgainAtOnceAfterAChallenge) {
    start_connect();
    say({.seq = 5000, .ack = 0x7000'0000});
    pass(milliseconds(20));
    HEARS(kRst, 0x7000'0000, 0);
    HEARS(kSyn, 0, 0);
    say({.flags = kSyn | kAck, .ack = 1, .mss = 1460});
    HEARS(kAck, 1, 1);
    EXPECT_EQ(state(), TcpState::Established);
}

TEST_F(OpenScenario, TwoEndsDoNotChallengeEachOtherForEver) {
    start_connect();
    usize syns = 0, resets = 0;
    for (int i = 0; i < 100; i++) {
        say({.seq = 5000, .ack = 0x7000'0000});
        pass(milliseconds(5));
        for (const Seg& s : hear_all()) (s.flags & kSyn ? syns : resets)++;
    }
    EXPECT_EQ(syns, 1u) << "sent immediately only the first time";
    EXPECT_EQ(resets, 100u) << "one for each";
}

TEST_F(OpenScenario, AResetWithAWrongAckInSynSentIsIgnored) {
    start_connect();
    say({.flags = kRst | kAck, .ack = 0x7000'0000});
    pass(milliseconds(20));
    EXPECT_TRUE(silence());
    EXPECT_EQ(state(), TcpState::SynSent);
}

// The peer has crashed and restarted; our half of the connection is still open (RFC 9293 section 3.5.1,
// figure 9).
TEST_F(OpenScenario, AHalfOpenConnectionIsDiscovered) {
    accept_one();
    say({.flags = kSyn, .seq = 0x1234'5678, .mss = 1460});
    HEARS(kAck, 1, 1) << "the challenge ACK";
    say({.flags = kRst, .seq = 1});
    EXPECT_EQ(state(), TcpState::Closed);
    EXPECT_EQ(error(), ECONNRESET);
    say({.flags = kSyn, .seq = 0x1234'5678, .mss = 1460});
    EXPECT_EQ(hear().flags, kSyn | kAck);
}

TEST_F(OpenScenario, DataForACrashedHostAreReset) {
    their_port = 4000;
    say({.seq = 1000, .ack = 77, .data = text("still there?")});
    HEARS(kRst, 77, 0);
}

// --- contents of a SYN

TEST_F(OpenScenario, SynWithFinIsDroppedInListen) {
    listen();
    say({.flags = kSyn | kFin});
    EXPECT_TRUE(silence());
    EXPECT_EQ(state(), TcpState::Closed);
    EXPECT_EQ(count(Stat::tcp_listen_bad), 1u);
}

TEST_F(OpenScenario, SynWithReservedBitsAndPushOpens) {
    listen();
    say({.flags = kSyn | kPsh | kUrg | 0xc0});  // ECN's two bits
    HEARS(kSyn | kAck, 0, 1) << "without ECN, which is not supported";
}

// RFC 9293 section 3.10.7.2: data in a SYN may be queued or dropped; dropped data must not be acknowledged.
TEST_F(OpenScenario, DataInASynAreNotAcknowledgedAndComeAgain) {
    listen();
    say({.flags = kSyn, .data = text("early")});
    HEARS(kSyn | kAck, 0, 1);
    say({.seq = 1, .ack = 1, .data = text("early")});
    program = keep(value_of(listening->accept(false)));
    EXPECT_EQ(as_text(receive().data), "early");
    device.sent.clear();
}

TEST_F(OpenScenario, DataInASynAckAreTaken) {
    start_connect();
    say({.flags = kSyn | kAck, .ack = 1, .data = text("hi"), .mss = 1460});
    EXPECT_EQ(as_text(receive().data), "hi");
    const auto heard = hear_all();
    ASSERT_FALSE(heard.empty());
    EXPECT_EQ(heard.back().ack, 3u);
}

TEST_F(OpenScenario, AFinInASynAckClosesTheirHalf) {
    start_connect();
    say({.flags = kSyn | kAck | kFin, .ack = 1, .mss = 1460});
    EXPECT_EQ(state(), TcpState::CloseWait);
    EXPECT_EQ(receive().data.size(), 0u);
    const auto heard = hear_all();
    ASSERT_FALSE(heard.empty());
    EXPECT_EQ(heard.back().ack, 2u);
}

TEST_F(OpenScenario, ASynAgainWithOtherNumbersIsChallengedInSynReceived) {
    listen();
    say({.flags = kSyn});
    HEARS(kSyn | kAck, 0, 1);
    say({.flags = kSyn, .seq = 70});
    HEARS(kAck, 1, 1);
    EXPECT_EQ(state(), TcpState::SynReceived);
}

TEST_F(OpenScenario, AnMssOfZeroMeansTheDefault) {
    const auto all = segments_after_syn({2, 4, 0, 0});
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all[0].data.size(), 536u);
}

// Linux's tcp_min_snd_mss, CVE-2019-11479: a tiny MSS must not cause tiny segments.
TEST_F(OpenScenario, ATinyMssIsRaised) {
    const auto all = segments_after_syn({2, 4, 0, 1});
    ASSERT_FALSE(all.empty());
    EXPECT_GE(all[0].data.size(), 48u);
}

TEST_F(OpenScenario, AnMssAboveTheLinksIsCut) {
    const auto all = segments_after_syn({2, 4, 0xff, 0xff});
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all[0].data.size(), 1460u);
}

TEST_F(OpenScenario, WithoutAnMssTheDefaultHolds) {
    const auto all = segments_after_syn({});
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all[0].data.size(), 536u);
}

TEST_F(OpenScenario, AnMssOptionOutsideOfASynChangesNothing) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("x"), .mss = 100});
    EXPECT_EQ(info().tcpi_snd_mss, 1460u);
    device.sent.clear();
}

// RFC 7323 section 2.3: a shift above 14 is treated as 14.
TEST_F(OpenScenario, AWindowScaleAbove14CountsAs14) {
    accept_one({.flags = kSyn, .mss = 1460, .scale = 255});
    say({.seq = 1, .ack = 1, .window = 4});
    EXPECT_EQ(info().tcpi_snd_wnd, 4u << 14);
}

TEST_F(OpenScenario, TheWindowOfASynIsNotScaled) {
    listen();
    say({.flags = kSyn, .window = 1000, .mss = 1000, .scale = 7});
    hear();
    say({.seq = 1, .ack = 1, .window = 16});
    program = keep(value_of(listening->accept(false)));
    EXPECT_OK(send(5000));
    usize sent = 0;
    for (const Seg& s : hear_all()) sent += s.data.size();
    EXPECT_EQ(sent, 2000u) << "two segments fit into the advertised window of 16 << 7 bytes";
}

TEST_F(OpenScenario, AWindowScaleThatWeDidNotOfferIsNotUsed) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("x"), .window = 500, .scale = 7});
    EXPECT_EQ(info().tcpi_snd_wnd, 500u) << "the option is valid only in a SYN";
    device.sent.clear();
}

// --- garbage

TEST_F(OpenScenario, OptionsThatEndInTheMiddleOpenAllTheSame) {
    for (const Packet& options : {Packet{2, 4, 5}, Packet{2}, Packet{3, 3}, Packet{8, 10, 0, 0, 0, 1}}) {
        their_port++;
        if (!listening) listen(64);
        say_syn(options);
        EXPECT_EQ(hear().flags, kSyn | kAck);
    }
}

TEST_F(OpenScenario, OptionsOfLengthZeroAndOneEndTheList) {
    listen(64);
    for (const Packet& options :
         {Packet{99, 0, 2, 4, 5, 180}, Packet{99, 1, 2, 4, 5, 180}, Packet{5, 0, 0, 0}}) {
        their_port++;
        say_syn(options);
        EXPECT_EQ(hear().flags, kSyn | kAck);
    }
}

TEST_F(OpenScenario, UnknownOptionsArePassedOver) {
    const auto all = segments_after_syn({254, 4, 1, 2, 34, 2, 1, 1, 2, 4, 5, 0});
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all[0].data.size(), 1280u) << "the options after them are used";
}

TEST_F(OpenScenario, OptionsBehindTheEndOfTheListDoNotCount) {
    const auto all = segments_after_syn({0, 0, 0, 0, 2, 4, 2, 0});
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all[0].data.size(), 536u);
}

// --- the third segment

// RFC 7323 section 3.2: a segment without the negotiated timestamps should be dropped; the next one is
// accepted.
TEST_F(OpenScenario, AThirdSegmentWithoutTimestampsDoesNotLoseTheConnection) {
    listen();
    say({.flags = kSyn, .mss = 1460, .ts = {{500, 0}}});
    const Seg answer = hear();
    say({.seq = 1, .ack = 1});
    EXPECT_EQ(state(), TcpState::SynReceived);
    device.sent.clear();
    say({.seq = 1, .ack = 1, .data = text("x"), .ts = {{501, answer.ts->value}}});
    EXPECT_EQ(state(), TcpState::Established);
    program = keep(value_of(listening->accept(false)));
    EXPECT_EQ(as_text(receive().data), "x");
    device.sent.clear();
}

TEST_F(OpenScenario, AnAckOfTheSynAckAloneInTheFutureIsReset) {
    listen();
    say({.flags = kSyn});
    HEARS(kSyn | kAck, 0, 1);
    say({.seq = 1, .ack = 2});
    HEARS(kRst, 2, 0) << "RFC 9293 section 3.10.7.4: SEQ=SEG.ACK and no ACK";
    say({.seq = 1, .ack = 1});
    EXPECT_EQ(state(), TcpState::Established);
}

TEST_F(OpenScenario, AFinInsteadOfTheThirdSegmentEstablishesAndCloses) {
    listen();
    say({.flags = kSyn});
    HEARS(kSyn | kAck, 0, 1);
    say({.flags = kFin | kAck, .seq = 1, .ack = 1});
    HEARS(kAck, 1, 2);
    EXPECT_EQ(state(), TcpState::CloseWait);
    program = keep(value_of(listening->accept(false)));
    EXPECT_EQ(receive().data.size(), 0u);
    EXPECT_EQ(value_of(send(2)), 2u);
    HEARS(kAck, 1, 2, 2);
}

// --- the queue of accept

TEST_F(OpenScenario, AConnectionThatWasResetIsStillAccepted) {
    listen();
    say({.flags = kSyn});
    hear();
    say({.seq = 1, .ack = 1, .data = text("bye")});
    say({.flags = kRst, .seq = 4});
    auto accepted = listening->accept(false);
    ASSERT_TRUE(accepted.ok()) << "accepted, as in POSIX and Linux";
    program = keep(std::move(accepted).value());
    EXPECT_EQ(as_text(receive().data), "bye");
    EXPECT_EQ(receive().error, Errno::ConnReset);
    device.sent.clear();
}

TEST_F(OpenScenario, AConnectionThatTheyClosedIsStillAccepted) {
    listen();
    say({.flags = kSyn});
    hear();
    say({.seq = 1, .ack = 1});
    say({.flags = kFin | kAck, .seq = 1, .ack = 1, .data = text("all")});
    program = keep(value_of(listening->accept(false)));
    EXPECT_EQ(as_text(receive().data), "all");
    EXPECT_EQ(receive().data.size(), 0u);
    device.sent.clear();
}

TEST_F(OpenScenario, DataThatComeBeforeAcceptAreKeptUpToTheReceiveBuffer) {
    listen();
    say({.flags = kSyn, .mss = 1460});
    hear();
    for (u32 i = 0; i < 200; i++) say({.seq = 1 + 1000 * i, .ack = 1, .data = filled(1000)});
    program = keep(value_of(listening->accept(false)));
    EXPECT_EQ(receive(200'000).data.size(), 128u << 10) << "the receive buffer";
    device.sent.clear();
}

// --- attacks

// CVE-1999-0016: a SYN with the same source and destination.
TEST_F(OpenScenario, TheLandAttackIsDropped) {
    listen();
    receive_ip(packets::tcp_packet(
        {kOurs, kOurs, {.src_port = kOurPort, .dst_port = kOurPort, .seq = 1, .flags = TcpFlags::Syn}, 0},
        {}));
    EXPECT_TRUE(silence());
    EXPECT_EQ(count(Stat::ip_bad_source), 1u);
}

TEST_F(OpenScenario, ASynFromABroadcastAddressIsDropped) {
    listen();
    for (const Ipv4Addr from :
         {Ipv4Addr{10, 0, 2, 255}, Ipv4Addr{255, 255, 255, 255}, Ipv4Addr{224, 0, 0, 1}})
        receive_ip(packets::tcp_packet(
            {from, kOurs, {.src_port = 9, .dst_port = kOurPort, .seq = 1, .flags = TcpFlags::Syn}, 0}, {}));
    EXPECT_TRUE(silence());
    EXPECT_EQ(count(Stat::ip_bad_source), 3u);
}

TEST_F(OpenScenario, ScansWithoutSynAckOrRstGetNothingFromAListener) {
    listen();
    for (const u16 flags : {u16{0}, kFin, u16(kFin | kPsh | kUrg)}) say({.flags = flags, .seq = 1});
    EXPECT_TRUE(silence()) << "NULL, FIN and Xmas scans";
    EXPECT_EQ(count(Stat::tcp_listen_bad), 3u);
}

TEST_F(OpenScenario, PortsZeroAreNoMoreThanPorts) {
    their_port = 0;
    say({.flags = kSyn});
    EXPECT_EQ(hear().flags, kRst | kAck);
}

}  // namespace
