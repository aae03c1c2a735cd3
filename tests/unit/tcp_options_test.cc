// The options of TCP, byte by byte: kernel/net/tcp/options.cc. The layout is that of RFC 7323 appendix A.
#include "tcb_kit.h"

using namespace net;
using packets::Packet;

namespace {

// --- parsing

const Packet kUsual{1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9};

TEST(TcpOptionsParsed, TheUsualLayoutOfTimestamps) {
    const TcpOptionsIn in = parse_tcp_options(kUsual);
    EXPECT_TRUE(in.has_timestamps);
    EXPECT_EQ(in.ts_value, 7u);
    EXPECT_EQ(in.ts_echo, 9u);
    EXPECT_FALSE(in.has_scale || in.sack_permitted);
    EXPECT_EQ(in.sack_count, 0);
}

TEST(TcpOptionsParsed, OtherOptionsOfTheSameLength) {
    const TcpOptionsIn in = parse_tcp_options(Packet{2, 4, 5, 0xb4, 1, 3, 3, 14, 1, 1, 4, 2});
    EXPECT_EQ(in.mss, 1460);
    EXPECT_EQ(in.scale, 14);
    EXPECT_TRUE(in.has_scale && in.sack_permitted);
    EXPECT_FALSE(in.has_timestamps);
}

TEST(TcpOptionsParsed, TimestampsBeforeOtherOptions) {
    const TcpOptionsIn in = parse_tcp_options(packets::join(kUsual, Packet{1, 3, 3, 7}));
    EXPECT_EQ(in.ts_value, 7u);
    EXPECT_EQ(in.scale, 7);
}

// RFC 7323 section 2.3.
TEST(TcpOptionsParsed, AShiftAbove14Is14) {
    EXPECT_EQ(parse_tcp_options(Packet{3, 3, 13, 0}).scale, 13);
    EXPECT_EQ(parse_tcp_options(Packet{3, 3, 15, 0}).scale, 14);
    EXPECT_EQ(parse_tcp_options(Packet{3, 3, 255, 0}).scale, 14);
}

// The second option exceeds the space of a header; the parser does not depend on that.
TEST(TcpOptionsParsed, TheFirstFourSackBlocks) {
    Packet options;
    for (u8 i = 0; i < 2; i++) {
        options.insert(options.end(), {1, 1, 5, 2 + 3 * 8});
        for (u8 block = 0; block < 3; block++)
            options.insert(options.end(), {0, 0, i, block, 0, 0, i, static_cast<u8>(block + 1)});
    }
    const TcpOptionsIn in = parse_tcp_options(options);
    ASSERT_EQ(in.sack_count, 4);
    EXPECT_EQ(in.sacks[2].left, Seq(2));
    EXPECT_EQ(in.sacks[2].right, Seq(3));
    EXPECT_EQ(in.sacks[3].left, Seq(0x100));
}

// --- of a SYN

struct SynOptions : TcbTest {
    SynOptions() {
        t.queued.open(stack->queue_budget(), 0);
        t.ts_offset = 0x100;
        t.ts_recent = 0x0102'0304;
        t.rcv_scale = 2;
    }
    Packet emitted(bool syn = true) {
        Packet p(40, 0xee);
        p.resize(tcp_emit_options(t, syn, Instant{0x0a'0000 * 1'000'000ll}, p.data()));
        return p;
    }
    void offer(bool timestamps, bool sack, bool scaling) {
        t.timestamps = timestamps, t.sack = sack, t.scaling = scaling;
    }
    const Packet mss{2, 4, 0x05, 0xb4}, scale{1, 3, 3, 2};
    const Packet stamps{0, 0x0a, 1, 0, 1, 2, 3, 4};  // milliseconds plus the offset, and the echo
};

TEST_F(SynOptions, All) {
    offer(true, true, true);
    const Packet head{4, 2, 8, 10};
    EXPECT_EQ(emitted(), packets::join(packets::join(mss, head), packets::join(stamps, scale)));
}

TEST_F(SynOptions, TimestampsAlone) {
    offer(true, false, false);
    EXPECT_EQ(emitted(), packets::join(mss, packets::join(Packet{1, 1, 8, 10}, stamps)));
}

TEST_F(SynOptions, SackPermittedAlone) {
    offer(false, true, false);
    EXPECT_EQ(emitted(), packets::join(mss, Packet{1, 1, 4, 2}));
}

TEST_F(SynOptions, SackPermittedAndScale) {
    offer(false, true, true);
    EXPECT_EQ(emitted(), packets::join(packets::join(mss, Packet{1, 1, 4, 2}), scale));
}

TEST_F(SynOptions, TheMssAlone) {
    offer(false, false, false);
    EXPECT_EQ(emitted(), mss);
    t.link_mtu = 576;
    EXPECT_EQ(emitted(), (Packet{2, 4, 536 >> 8, 536 & 0xff}));
}

TEST(TcpAdvertisedMss, LeavesRoomForTheHeadersButIsAtLeast256) {
    EXPECT_EQ(tcp_advertised_mss(1500), 1460);
    EXPECT_EQ(tcp_advertised_mss(297), 257);
    for (const usize mtu : {296, 295, 68}) EXPECT_EQ(tcp_advertised_mss(mtu), 256);
}

// --- of the other segments

struct OptionsOfData : SynOptions {
    // n bytes of data at `seq`, of which earlier bytes are missing.
    void hole_before(u32 seq) { arrives(carrying(seq, 10)); }
    static Packet block(u32 left, u32 right) {
        Packet p;
        for (const u32 edge : {kTheirs.value() + left, kTheirs.value() + right})
            for (int shift = 24; shift >= 0; shift -= 8) p.push_back(static_cast<u8>(edge >> shift));
        return p;
    }
    static Packet sack(std::initializer_list<Packet> blocks) {
        Packet p{1, 1, 5, static_cast<u8>(2 + 8 * blocks.size())};
        for (const Packet& b : blocks) p = packets::join(p, b);
        return p;
    }
};

TEST_F(OptionsOfData, NoneOrTimestamps) {
    offer(false, true, true);
    EXPECT_EQ(emitted(false), Packet{});
    EXPECT_EQ(tcp_sacks_length(t), 0u);
    EXPECT_EQ(tcp_options_length(t), 0u);
    offer(true, true, true);
    EXPECT_EQ(emitted(false), packets::join(Packet{1, 1, 8, 10}, stamps));
    EXPECT_EQ(tcp_options_length(t), 12u);
    EXPECT_EQ(tcp_segment_limit(t), t.mss - 12u);
}

// RFC 2018 section 4: the block of the newest segment, then as many as there is room for.
TEST_F(OptionsOfData, TheNewestOfFourSackBlocksIsTheFirst) {
    establish();
    for (const u32 seq : {100, 200, 300, 400, 500}) hole_before(seq);
    EXPECT_EQ(emitted(false), sack({block(500, 510), block(100, 110), block(200, 210), block(300, 310)}));
    EXPECT_EQ(tcp_options_length(t), 36u);
    EXPECT_EQ(tcp_sacks_length(t), 36u);
}

TEST_F(OptionsOfData, ThreeSackBlocksFitBehindTimestamps) {
    establish();
    t.timestamps = true;
    for (const u32 seq : {100, 200, 300, 400}) {
        Segment s = carrying(seq, 10);
        stamp(s, tcp_timestamp(t, now()));
        s.options.ts_value = t.ts_recent;
        arrives(std::move(s));
    }
    const Packet p = emitted(false);
    ASSERT_EQ(p.size(), 40u) << "all of the header's space";
    EXPECT_EQ(Packet(p.begin() + 12, p.end()), sack({block(400, 410), block(100, 110), block(200, 210)}));
    EXPECT_EQ(tcp_options_length(t), 40u);
    EXPECT_EQ(tcp_segment_limit(t), t.mss - 40u);
}

// RFC 2883 section 4: the duplicate, then the block that contains it.
TEST_F(OptionsOfData, ADuplicateIsReportedFirst) {
    establish();
    hole_before(100);
    tcp_note_duplicate(t, {kTheirs + 102, kTheirs + 105});
    EXPECT_EQ(emitted(false), sack({block(102, 105), block(100, 110)}));
}

TEST_F(OptionsOfData, ADuplicateTakesTheRoomOfAnotherBlock) {
    establish();
    for (const u32 seq : {100, 200, 300, 400}) hole_before(seq);
    tcp_note_duplicate(t, {kTheirs + 402, kTheirs + 405});
    EXPECT_EQ(emitted(false), sack({block(402, 405), block(400, 410), block(100, 110), block(200, 210)}));
}

TEST_F(OptionsOfData, ADuplicateWithoutAHole) {
    establish();
    tcp_note_duplicate(t, {kTheirs, kTheirs + 5});
    EXPECT_EQ(emitted(false), sack({block(0, 5)}));
}

// --- what both sides have sent is in use

struct Negotiation : TcbTest {
    Negotiation() { t.queued.open(stack->queue_budget(), 0); }
    void take(bool ours, bool theirs) {
        t.inet = stack.get();
        t.ts_recent = 0, t.ts_recent_at = {};
        t.timestamps = t.sack = t.scaling = ours;
        t.rcv_scale = 2;
        Segment syn;
        syn.options = {.mss = 700,
                       .scale = 5,
                       .has_scale = theirs,
                       .sack_permitted = theirs,
                       .has_timestamps = theirs,
                       .ts_value = 77};
        tcp_take_options(t, syn, now());
    }
};

TEST_F(Negotiation, AnOptionNeedsBothSides) {
    for (const bool ours : {false, true}) {
        for (const bool theirs : {false, true}) {
            take(ours, theirs);
            const bool both = ours && theirs;
            EXPECT_EQ(t.timestamps, both);
            EXPECT_EQ(t.sack, both);
            EXPECT_EQ(t.scaling, both);
            EXPECT_EQ(t.snd_scale, both ? 5 : 0);
            EXPECT_EQ(t.rcv_scale, both ? 2 : 0);
            EXPECT_EQ(t.ts_recent, both ? 77u : 0u);
            EXPECT_EQ(t.ts_recent_at, both ? now() : Instant{});
        }
    }
}

TEST_F(Negotiation, ThePeersMssCountsOrThe536OfRfc9293) {
    take(true, true);
    EXPECT_EQ(t.mss, 700);
    Segment syn;
    tcp_take_options(t, syn, now());
    EXPECT_EQ(t.mss, 536);
}

}  // namespace
