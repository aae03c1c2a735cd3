// The byte stream: overlaps of all kinds, shrinking windows, invalid SACK blocks and urgent data, old and
// duplicate segments.
#include "tcp_peer.h"

using namespace net;
using packets::filled;
using packets::text;

namespace {

struct StreamScenario : TcpPeerTest {
    void arrive(u32 seq, std::string_view data) { say({.seq = seq, .ack = 1, .data = text(data)}); }
    // Reads all available data; expects no error.
    std::string read_all() {
        std::string all;
        for (;;) {
            const auto r = receive();
            if (r.error != Errno::None || r.data.empty()) return all;
            all += as_text(r.data);
        }
    }
    u32 acknowledged() {
        pass(milliseconds(50));
        const auto all = hear_all();
        return all.empty() ? 0 : all.back().ack;
    }
    // Accepts a connection and sends `n` segments of 1,000 bytes.
    void send_segments(usize n, Seg syn = {.flags = kSyn, .mss = 1000, .sack_ok = true}) {
        accept_one(syn);
        EXPECT_OK(send(1000 * n));
        EXPECT_EQ(hear_all().size(), n);
    }
};

// --- overlaps (RFC 9293 section 3.10.7.4). The copy of a byte that is used is the same as on Linux.

TEST_F(StreamScenario, ASegmentInOrderCountsWholeWhateverIsHeld) {
    accept_one();
    arrive(4, "DEF");
    arrive(1, "abcde");
    EXPECT_EQ(read_all(), "abcdeF");
    EXPECT_EQ(acknowledged(), 7u);
}
TEST_F(StreamScenario, ASegmentThatCoversWhatIsHeldFillsBothSides) {
    accept_one();
    arrive(4, "D");
    arrive(2, "bcdef");
    arrive(1, "a");
    EXPECT_EQ(read_all(),
              "abc"
              "d"
              "ef");
    EXPECT_EQ(acknowledged(), 7u);
}
TEST_F(StreamScenario, ASegmentWithinWhatIsHeldChangesNothing) {
    accept_one();
    arrive(2, "bcdefg");
    arrive(4, "XY");
    arrive(1, "a");
    EXPECT_EQ(read_all(), "abcdefg");
    device.sent.clear();
}
TEST_F(StreamScenario, ASegmentThatBridgesTwoHolesIsCutOnBothSides) {
    accept_one();
    arrive(2, "bc");
    arrive(6, "fg");
    arrive(3, "XdeX");
    arrive(1, "a");
    EXPECT_EQ(read_all(), "abcdefg");
    device.sent.clear();
}
TEST_F(StreamScenario, HeldSegmentsAreEqualAtBothEndsAndOnlyOnceThere) {
    accept_one();
    for (int i = 0; i < 100; i++) arrive(5, "efgh");
    arrive(1, "abcd");
    EXPECT_EQ(read_all(), "abcdefgh");
    EXPECT_EQ(acknowledged(), 9u);
}
TEST_F(StreamScenario, EveryOrderOfFivePiecesGivesTheSameStream) {
    accept_one();
    std::vector<u32> order{0, 1, 2, 3, 4};
    u32 base = 1;
    do {
        for (const u32 i : order)  // each overlaps its neighbours by one byte
            arrive(base + 2 * i, std::string_view("0123456789").substr(2 * i, i == 4 ? 2 : 3));
        EXPECT_EQ(read_all(), "0123456789");
        base += 10;
        device.sent.clear();
    } while (std::next_permutation(order.begin(), order.end()));
}
TEST_F(StreamScenario, AnOldSegmentWithNewDataBehindBringsTheNew) {
    accept_one();
    arrive(1, "abc");
    arrive(1, "ABCdef");
    EXPECT_EQ(read_all(), "abcdef");
    device.sent.clear();
}
TEST_F(StreamScenario, AnAckOfOldDataIsAnsweredSoThatTheSenderGoesOn) {
    accept_one();
    arrive(1, "abc");
    EXPECT_EQ(acknowledged(), 4u);
    arrive(1, "abc");
    HEARS(kAck, 1, 4) << "immediate: the first ACK was lost";
}

// The peer has received all data, only its ACK was lost. Our ACK must not be below its window.
TEST_F(StreamScenario, AnAckAfterATimeoutIsNotBelowThePeersWindow) {
    send_segments(2);
    pass(seconds(1));
    EXPECT_GT(count(Stat::tcp_timeouts), 0u);
    device.sent.clear();
    arrive(1, "abc");
    pass(milliseconds(50));
    const auto all = hear_all();
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all.back().ack, 4u);
    EXPECT_GE(all.back().seq + all.back().data.size(), 2001u);
}

// --- partly read segments

TEST_F(StreamScenario, HalfASegmentReadAndThenTheRest) {
    accept_one();
    arrive(1, "abcdef");
    EXPECT_EQ(as_text(receive(3).data), "abc");
    EXPECT_EQ(as_text(receive(3).data), "def");
    EXPECT_EQ(receive(3).error, Errno::Again);
    device.sent.clear();
}
// RFC 2525 section 2.17: unread data are lost, so the peer gets an RST.
TEST_F(StreamScenario, HalfASegmentReadAndClosedIsReset) {
    accept_one();
    arrive(1, "abcdef");
    EXPECT_EQ(as_text(receive(3).data), "abc");
    close();
    const auto segments = hear_all();
    ASSERT_FALSE(segments.empty());
    EXPECT_EQ(segments.back().flags, kRst | kAck);
    EXPECT_EQ(state(), TcpState::Closed);
}
TEST_F(StreamScenario, AllReadAndClosedIsAFin) {
    accept_one();
    arrive(1, "abcdef");
    EXPECT_EQ(receive().data.size(), 6u);
    close();
    const auto segments = hear_all();
    ASSERT_FALSE(segments.empty());
    EXPECT_EQ(segments.back().flags, kFin | kAck);
}
TEST_F(StreamScenario, DataThatNobodyCouldReadYetAreNoReasonForAReset) {
    accept_one();
    arrive(4, "def");  // the first three bytes are missing
    device.sent.clear();
    close();
    const auto segments = hear_all();
    ASSERT_FALSE(segments.empty());
    EXPECT_EQ(segments.back().flags, kFin | kAck);
}

// --- the send window

TEST_F(StreamScenario, AWindowThatShrinksBelowWhatIsSentTakesNothingBack) {
    send_segments(4);
    say({.seq = 1, .ack = 1001, .window = 500});
    EXPECT_OK(send(5000));
    EXPECT_TRUE(silence()) << "1,000 to 4,000 are beyond the window";
    say({.seq = 1, .ack = 4001, .window = 500});
    EXPECT_TRUE(silence()) << "silly window avoidance: Nagle and RFC 9293 section 3.8.6.2.1";
    say({.seq = 1, .ack = 4001, .window = 5000});
    usize sent = 0;
    for (const Seg& s : hear_all()) sent += s.data.size();
    EXPECT_EQ(sent, 5000u);
}
TEST_F(StreamScenario, AnOldSegmentDoesNotShrinkTheWindow) {
    accept_one();
    arrive(1, "abc");
    say({.seq = 4, .ack = 1, .window = 20'000});
    say({.seq = 1, .ack = 1, .data = text("abc"), .window = 7});
    EXPECT_EQ(info().tcpi_snd_wnd, 20'000u) << "SND.WL1";
    device.sent.clear();
}
TEST_F(StreamScenario, AZeroWindowStopsEvenAByte) {
    accept_one();
    say({.seq = 1, .ack = 1, .window = 0});
    EXPECT_OK(send(1));
    pass(milliseconds(400));
    EXPECT_TRUE(silence());
}
TEST_F(StreamScenario, AZeroWindowDoesNotStopAnAck) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("abc"), .window = 0});
    EXPECT_EQ(acknowledged(), 4u);
}
TEST_F(StreamScenario, AZeroWindowHoldsTheFinBehindItsData) {
    accept_one();
    say({.seq = 1, .ack = 1, .window = 0});
    EXPECT_OK(send(10));
    shut();
    EXPECT_TRUE(silence());
    say({.seq = 1, .ack = 1, .window = 100});
    HEARS(kFin | kAck, 1, 1, 10);
}
TEST_F(StreamScenario, AFinWithoutDataGoesIntoAZeroWindow) {
    accept_one();
    say({.seq = 1, .ack = 1, .window = 0});
    shut();
    pass(seconds(1));
    const auto all = hear_all();
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all[0].flags, kFin | kAck);
}

// --- the receive window closes

TEST_F(StreamScenario, AClosedWindowStillTakesAcksResetsAndFins) {
    listen();
    EXPECT_OK(listening->set_option(SOL_SOCKET, SO_RCVBUF, as_option(4096)));
    accept_one();
    EXPECT_OK(send(100));
    device.sent.clear();
    say({.seq = 1, .ack = 1, .data = filled(1400)});
    say({.seq = 1401, .ack = 1, .data = filled(1400)});
    say({.seq = 2801, .ack = 1, .data = filled(1296)});
    EXPECT_EQ(info().tcpi_rcv_wnd, 0u);
    say({.seq = 4097, .ack = 101});
    EXPECT_EQ(info().tcpi_unacked, 0u);
    say({.flags = kRst, .seq = 4097});
    EXPECT_EQ(error(), ECONNRESET);
    device.sent.clear();
}
TEST_F(StreamScenario, DataForAClosedWindowAreNotTakenAndAnswered) {
    listen();
    EXPECT_OK(listening->set_option(SOL_SOCKET, SO_RCVBUF, as_option(2048)));
    accept_one();
    say({.seq = 1, .ack = 1, .data = filled(1024)});
    say({.seq = 1025, .ack = 1, .data = filled(1024)});
    device.sent.clear();
    say({.seq = 2049, .ack = 1, .data = filled(500)});
    EXPECT_EQ(hear().ack, 2049u);
    EXPECT_EQ(receive(9000).data.size(), 2048u);
    device.sent.clear();
}

// --- invalid SACK blocks (RFC 2018, RFC 6675) must not stop the stream

TEST_F(StreamScenario, SackBlocksOutOfRangeAreIgnored) {
    send_segments(4);
    const std::pair<u32, u32> absurd[] = {
        {5001, 9001}, {3001, 2001}, {2001, 2001}, {0u - 5000, 0u - 1000}, {1, 0x8000'0000}};
    for (const auto& block : absurd) say({.seq = 1, .ack = 1, .sacks = {block}});
    say({.seq = 1, .ack = 4001});
    EXPECT_EQ(info().tcpi_unacked, 0u);
    EXPECT_EQ(state(), TcpState::Established);
    device.sent.clear();
}
TEST_F(StreamScenario, SackBlocksWithoutSackPermittedAreIgnored) {
    send_segments(4, {.flags = kSyn, .mss = 1000});
    say({.seq = 1, .ack = 1, .sacks = {{1001, 4001}}});
    EXPECT_EQ(info().tcpi_unacked, 4000u);
    device.sent.clear();
}
TEST_F(StreamScenario, ASackOfEverythingAcknowledgesNothing) {
    send_segments(4);
    for (int i = 0; i < 5; i++) say({.seq = 1, .ack = 1, .sacks = {{1, 4001}}});
    EXPECT_EQ(info().tcpi_unacked, 4000u);
    pass(seconds(2));
    EXPECT_FALSE(silence()) << "the peer may renege (RFC 2018 section 8)";
    device.sent.clear();
}
TEST_F(StreamScenario, ACutSackOptionIsNotRead) {
    send_segments(2);
    say_raw({.seq = kTheirIss + 1, .ack = our_iss + 1, .flags = kAck, .window = 65535, .options_length = 8},
            {5, 10, 0, 0, 0, 0, 0, 0});
    say_raw({.seq = kTheirIss + 1, .ack = our_iss + 1, .flags = kAck, .window = 65535, .options_length = 8},
            {5, 7, 0, 0, 0, 0, 0, 0});
    say({.seq = 1, .ack = 2001});
    EXPECT_EQ(info().tcpi_unacked, 0u);
}

// --- urgent data (RFC 6093)

TEST_F(StreamScenario, AnUrgentPointerBeyondTheDataHarmsNobody) {
    accept_one();
    TcpFields f{.seq = kTheirIss + 1, .ack = our_iss + 1, .flags = kAck | kUrg, .window = 65535};
    say_raw(f, text("abc"));
    f.seq += 3, f.flags = kAck | kUrg | kPsh;
    say_raw(f, {});
    EXPECT_EQ(read_all(), "abc");
    EXPECT_EQ(state(), TcpState::Established);
    device.sent.clear();
}

// --- invalid sequence and acknowledgment numbers

TEST_F(StreamScenario, DataWithAnAckOfTheFutureAreNotTaken) {
    accept_one();
    say({.seq = 1, .ack = 50'000, .data = text("blind")});
    HEARS(kAck, 1, 1) << "RFC 5961 section 5";
    EXPECT_EQ(read_all(), "");
}
TEST_F(StreamScenario, DataWithAnAckFromLongAgoAreNotTaken) {
    accept_one();
    say({.seq = 1, .ack = 0u - 1'000'000, .data = text("blind")});
    HEARS(kAck, 1, 1);
    EXPECT_EQ(read_all(), "");
}
TEST_F(StreamScenario, ChallengesHaveABound) {
    accept_one();
    for (u32 i = 0; i < 1000; i++) say({.flags = kRst, .seq = 2 + i});
    EXPECT_EQ(hear_all().size(), 10u) << "RFC 5961 section 7";
    pass(seconds(6));
    say({.flags = kRst, .seq = 2});
    EXPECT_EQ(hear_all().size(), 1u);
}
TEST_F(StreamScenario, AWrongChecksumIsDroppedWithoutAnAnswer) {
    accept_one();
    TcpFields f{.src_port = kTheirPort,
                .dst_port = kOurPort,
                .seq = kTheirIss + 1,
                .ack = our_iss + 1,
                .flags = kAck,
                .window = 1};
    receive_ip(packets::tcp_packet({kPeer, kOurs, f, 1}, text("bad")));
    pass(milliseconds(50));
    EXPECT_TRUE(silence());
    EXPECT_EQ(read_all(), "");
    EXPECT_EQ(count(Stat::tcp_bad_checksum), 1u);
}

}  // namespace
