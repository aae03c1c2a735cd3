// Closing in every order, lost FINs, RST and SYN in each state, and ICMP errors: forged, hard and soft.
#include "tcp_peer.h"

using namespace net;
using packets::filled;
using packets::Packet;
using packets::text;

namespace {

struct CloseScenario : TcpPeerTest {
    u32 time_waits() { return stack->tcp().table().time_waits(); }
    bool gone() { return state() == TcpState::Closed && time_waits() == 0; }
    void their_fin(u32 seq = 1, u32 ack = 1) { say({.flags = kFin | kAck, .seq = seq, .ack = ack}); }

    // Receives an ICMP error about a frame that was sent.
    void icmp_about(const Packet& frame, IcmpType type, IcmpUnreachableCode code, Ipv4Addr from = kGateway) {
        ASSERT_GE(frame.size(), 42u);
        const Packet quote(frame.begin() + 14, frame.begin() + 14 + 28);
        receive_ip(packets::ipv4({.src = from, .dst = kOurs, .protocol = 1},
                                 packets::icmp(type, static_cast<u8>(code), 0, 0, quote)));
    }
    // Calls connect() and returns the SYN's frame.
    Packet begin_to_connect() {
        program = socket();
        their_port = 80;
        EXPECT_ERROR(program->connect({kPeer, 80}, false), InProgress);
        our_port = program->local().inet()->port;
        EXPECT_FALSE(device.sent.empty());
        return device.sent.empty() ? Packet{} : device.sent.front();
    }
};

// --- both ends close (RFC 9293 section 3.6)

TEST_F(CloseScenario, SimultaneousCloseWithOurFinLost) {
    accept_one();
    close();
    HEARS(kFin | kAck, 1, 1);  // lost
    their_fin();
    EXPECT_EQ(state(), TcpState::Closing);
    HEARS(kAck, 2, 2);
    pass(milliseconds(1100));
    HEARS(kFin | kAck, 1, 2) << "retransmitted, with an ACK of their FIN";
    device.sent.clear();
    say({.seq = 2, .ack = 2});
    EXPECT_EQ(time_waits(), 1u);
}
TEST_F(CloseScenario, SimultaneousCloseWithTheirAckLost) {
    accept_one();
    close();
    HEARS(kFin | kAck, 1, 1);
    their_fin();
    HEARS(kAck, 2, 2);  // lost, so the peer retransmits its FIN
    their_fin(1, 2);
    const auto segments = hear_all();
    ASSERT_FALSE(segments.empty());
    EXPECT_EQ(segments.back().ack, 2u);
    say({.seq = 2, .ack = 2});
    EXPECT_EQ(time_waits(), 1u) << "not in CLOSING";
}
TEST_F(CloseScenario, ALostLastAckIsSentAgainByTimeWait) {
    accept_one();
    close();
    HEARS(kFin | kAck, 1, 1);
    say({.seq = 1, .ack = 2});
    their_fin(1, 2);
    HEARS(kAck, 2, 2);
    for (int i = 0; i < 3; i++) {
        their_fin(1, 2);
        HEARS(kAck, 2, 2);
    }
}
TEST_F(CloseScenario, InLastAckTheFinIsSentUntilItIsAcknowledged) {
    accept_one();
    their_fin();
    close();
    EXPECT_EQ(state(), TcpState::LastAck);
    device.sent.clear();
    pass(seconds(2));
    const auto all = hear_all();
    ASSERT_GE(all.size(), 2u);
    EXPECT_TRUE(all[0].is(kFin | kAck, 1, 2)) << all[0];
    say({.seq = 2, .ack = 2});
    EXPECT_TRUE(gone());
}
TEST_F(CloseScenario, AFinBeforeItsDataIsNotTakenForTheEnd) {
    accept_one();
    their_fin(4);
    HEARS(kAck, 1, 1);
    EXPECT_EQ(state(), TcpState::Established);
    EXPECT_EQ(receive().error, Errno::Again);
    say({.seq = 1, .ack = 1, .data = text("abc")});
    HEARS(kAck, 1, 5) << "one ACK for both";
    EXPECT_EQ(as_text(receive().data), "abc");
    EXPECT_EQ(receive().data.size(), 0u);
}
TEST_F(CloseScenario, AFinThatComesTwiceCountsOnce) {
    accept_one();
    their_fin();
    HEARS(kAck, 1, 2);
    their_fin();
    HEARS(kAck, 1, 2);
    EXPECT_EQ(state(), TcpState::CloseWait);
}
TEST_F(CloseScenario, DataBehindTheirFinAreNotTaken) {
    accept_one();
    their_fin();
    device.sent.clear();
    say({.seq = 2, .ack = 1, .data = text("ghost")});
    pass(milliseconds(50));
    EXPECT_EQ(receive().data.size(), 0u) << "end of file";
    EXPECT_EQ(state(), TcpState::CloseWait);
    device.sent.clear();
}
TEST_F(CloseScenario, ASecondFinElsewhereChangesNothing) {
    accept_one();
    say({.flags = kFin | kAck, .seq = 4, .ack = 1});
    say({.flags = kFin | kAck, .seq = 8, .ack = 1});
    say({.seq = 1, .ack = 1, .data = text("abc")});
    EXPECT_EQ(as_text(receive().data), "abc");
    EXPECT_EQ(state(), TcpState::CloseWait) << "the first FIN is valid";
    device.sent.clear();
}

// --- shutdown in every order

TEST_F(CloseScenario, ShutdownTwiceSendsOneFin) {
    accept_one();
    shut();
    EXPECT_OK(program->shutdown(SHUT_WR));
    EXPECT_EQ(hear_all().size(), 1u);
}
TEST_F(CloseScenario, ShutdownOfBothHalvesIsAFinAndTheEndOfReading) {
    accept_one();
    EXPECT_OK(program->shutdown(SHUT_RDWR));
    HEARS(kFin | kAck, 1, 1);
    EXPECT_EQ(receive().error, Errno::None);
    EXPECT_EQ(send(1).error(), Errno::Pipe);
}
TEST_F(CloseScenario, ShutdownAfterAResetSaysThatThereIsNoConnection) {
    accept_one();
    say({.flags = kRst, .seq = 1});
    (void)program->shutdown(SHUT_WR);
    EXPECT_TRUE(silence());
    EXPECT_EQ(error(), ECONNRESET);
}
TEST_F(CloseScenario, DataAfterAHalfCloseAreReadAndAcknowledged) {
    accept_one();
    shut();
    HEARS(kFin | kAck, 1, 1);
    for (u32 i = 0; i < 10; i++) say({.seq = 1 + 100 * i, .ack = 2, .data = filled(100)});
    EXPECT_EQ(receive().data.size(), 1000u);
    pass(milliseconds(50));
    const auto segments = hear_all();
    ASSERT_FALSE(segments.empty());
    EXPECT_EQ(segments.back().ack, 1001u);
    EXPECT_EQ(state(), TcpState::FinWait2);
}
// RFC 1122 section 4.2.2.13: the data cannot be read any more.
TEST_F(CloseScenario, DataAfterCloseAreReset) {
    accept_one();
    close();
    HEARS(kFin | kAck, 1, 1);
    say({.seq = 1, .ack = 2});
    EXPECT_EQ(state(), TcpState::FinWait2);
    say({.seq = 1, .ack = 2, .data = text("more")});
    EXPECT_NE(hear().flags & kRst, 0);
    EXPECT_TRUE(gone());
}
TEST_F(CloseScenario, LingerZeroResetsAlsoWhatIsOnItsWay) {
    accept_one();
    EXPECT_OK(send(5000));
    device.sent.clear();
    const struct linger l { 1, 0 };
    EXPECT_OK(program->set_option(SOL_SOCKET, SO_LINGER, {reinterpret_cast<const u8*>(&l), sizeof l}));
    close();
    HEARS(kRst | kAck, 5001, 1) << "at SND.NXT, which the peer accepts";
    EXPECT_TRUE(gone());
}

// --- resets (RFC 9293 section 3.10.7.4, RFC 5961 section 3)

TEST_F(CloseScenario, AResetInSynReceivedReturnsToListen) {
    listen();
    say({.flags = kSyn});
    hear();
    say({.flags = kRst, .seq = 1});
    EXPECT_EQ(state(), TcpState::Closed);
    say({.flags = kSyn});
    EXPECT_EQ(hear().flags, kSyn | kAck) << "the listener still works";
}
TEST_F(CloseScenario, AResetInCloseWaitTellsTheWriter) {
    accept_one();
    their_fin();
    device.sent.clear();
    say({.flags = kRst, .seq = 2});
    EXPECT_EQ(send(1).error(), Errno::ConnReset);
    EXPECT_EQ(send(1).error(), Errno::Pipe);
}
TEST_F(CloseScenario, AResetInFinWaitEndsTheOrphan) {
    accept_one();
    close();
    HEARS(kFin | kAck, 1, 1);
    say({.flags = kRst, .seq = 1});
    EXPECT_TRUE(gone());
    EXPECT_TRUE(silence());
}
TEST_F(CloseScenario, AResetInLastAckIsNoError) {
    accept_one();
    their_fin();
    shut();
    device.sent.clear();
    say({.flags = kRst, .seq = 2});
    EXPECT_EQ(state(), TcpState::Closed);
    EXPECT_EQ(error(), 0) << "both sides had closed";
}
TEST_F(CloseScenario, AResetWithDataIsAReset) {
    accept_one();
    say({.flags = kRst, .seq = 1, .data = text("go away")});
    EXPECT_EQ(error(), ECONNRESET) << "RFC 1122 section 4.2.2.12";
    EXPECT_EQ(receive().data.size(), 0u);
}
TEST_F(CloseScenario, ABlindResetNeedsTheExactNumber) {
    accept_one();
    for (u32 seq = 2; seq < 60'000; seq += 997) say({.flags = kRst, .seq = seq});
    EXPECT_EQ(state(), TcpState::Established);
    device.sent.clear();
    say({.flags = kRst, .seq = 1});
    EXPECT_EQ(state(), TcpState::Closed);
}
TEST_F(CloseScenario, AResetIsNeverAnswered) {
    for (const u16 flags : {kRst, u16(kRst | kAck), u16(kRst | kSyn), u16(kRst | kFin | kAck)})
        say({.flags = flags, .seq = 1, .ack = 1});
    listen();
    for (const u16 flags : {kRst, u16(kRst | kAck), u16(kRst | kSyn)})
        say({.flags = flags, .seq = 1, .ack = 1});
    EXPECT_TRUE(silence());
}

// --- a SYN within a connection (RFC 5961 section 4)

TEST_F(CloseScenario, ASynInCloseWaitOrFinWaitIsChallenged) {
    accept_one();
    their_fin();
    HEARS(kAck, 1, 2);
    say({.flags = kSyn, .seq = 2});
    HEARS(kAck, 1, 2);
    shut();
    HEARS(kFin | kAck, 1, 2);
    say({.flags = kSyn, .seq = 7000});
    HEARS(kAck, 2, 2);
    EXPECT_EQ(state(), TcpState::LastAck);
}

// --- ICMP (RFC 5927, RFC 5461)

TEST_F(CloseScenario, AHardErrorEndsAConnect) {
    const Packet syn = begin_to_connect();
    icmp_about(syn, IcmpType::Unreachable, IcmpUnreachableCode::Port, kPeer);
    EXPECT_EQ(state(), TcpState::Closed);
    EXPECT_EQ(error(), ECONNREFUSED);
    device.sent.clear();
}
TEST_F(CloseScenario, ASoftErrorDoesNotEndAConnect) {
    const Packet syn = begin_to_connect();
    for (const auto code :
         {IcmpUnreachableCode::Net, IcmpUnreachableCode::Host, IcmpUnreachableCode::SourceRouteFailed})
        icmp_about(syn, IcmpType::Unreachable, code);
    icmp_about(syn, IcmpType::TimeExceeded, IcmpUnreachableCode::Net);
    EXPECT_EQ(state(), TcpState::SynSent);
    hear();
    say({.flags = kSyn | kAck, .ack = 1});
    EXPECT_EQ(state(), TcpState::Established);
    EXPECT_EQ(error(), 0);
    device.sent.clear();
}
TEST_F(CloseScenario, NoErrorEndsAnEstablishedConnection) {
    accept_one();
    EXPECT_OK(send(100));
    const Packet sent = device.take_sent();
    for (u8 code = 0; code < 16; code++) {
        if (code == 4) continue;  // fragmentation needed: does not end the connection
        icmp_about(sent, IcmpType::Unreachable, IcmpUnreachableCode{code});
    }
    EXPECT_EQ(state(), TcpState::Established);
    say({.seq = 1, .ack = 101});
    EXPECT_EQ(info().tcpi_unacked, 0u);
    EXPECT_EQ(error(), 0);
}
TEST_F(CloseScenario, AForgedErrorAboutNumbersThatWereNotSentIsIgnored) {
    Packet syn = begin_to_connect();
    syn[14 + 20 + 4] ^= 0x40;  // the sequence number
    icmp_about(syn, IcmpType::Unreachable, IcmpUnreachableCode::Port, kPeer);
    EXPECT_EQ(state(), TcpState::SynSent);
    device.sent.clear();
}
TEST_F(CloseScenario, SourceQuenchIsIgnored) {
    accept_one();
    EXPECT_OK(send(100));
    const u32 before = info().tcpi_snd_cwnd;
    icmp_about(device.take_sent(), IcmpType::SourceQuench, IcmpUnreachableCode::Net);
    EXPECT_EQ(info().tcpi_snd_cwnd, before) << "RFC 6633";
    EXPECT_EQ(count(Stat::icmp_unknown), 1u);
}
TEST_F(CloseScenario, ARedirectChangesNoRoute) {
    accept_one();
    EXPECT_OK(send(100));
    icmp_about(device.take_sent(), IcmpType::Redirect, IcmpUnreachableCode::Host);
    EXPECT_OK(program->set_option(IPPROTO_TCP, TCP_NODELAY, as_option(1)));
    EXPECT_OK(send(100));
    EXPECT_EQ(SentIp(device.take_sent()).ether.dst, kPeerMac);
}

}  // namespace
