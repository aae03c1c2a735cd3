// Of a run of pure ACKs only the last is processed, if TCP accepts it. Other segments are always processed.
#include "net/proto/ack_run.h"

#include "ack_kit.h"
#include "net/proto/tcp_frame.h"
#include "tcp_peer.h"

using namespace net;
using namespace ack_kit;

namespace {

constexpr Packet (*kText)(std::string_view) = packets::text;

struct AckRun : NetTest {
    static bool covers_frame(const Mbuf& later, const Mbuf& earlier) {
        return is_pure_ack(earlier) && ack_covers(later, earlier);
    }
    bool covers(const Ack& later, const Ack& earlier) {
        return covers_frame(*mbuf_of(frame_of(later)), *mbuf_of(frame_of(earlier)));
    }
};

TEST_F(AckRun, ALaterAckSaysMore) {
    EXPECT_TRUE(covers({.ack = 2001}, {.ack = 2000}));
    EXPECT_TRUE(covers({.ack = 5, .window = 1, .identification = 9}, {.ack = 0xffff'fff0})) << "ACK wraps";
    EXPECT_TRUE(covers({.ack = 2001, .options = kStamps}, {.ack = 2000, .options = kStamps}));
}

TEST_F(AckRun, WhatIsCountedIsKept) {
    EXPECT_FALSE(covers({}, {})) << "a duplicate";
    EXPECT_FALSE(covers({.ack = 1999}, {.ack = 2000})) << "an old one";
    EXPECT_FALSE(covers({.ack = 2001, .options = kSacks}, {.options = kSacks}));
    EXPECT_FALSE(covers({.ack = 2001, .options = kSacks}, {.options = kStamps}));
    EXPECT_FALSE(covers({.ack = 2001, .options = kStamps}, {.options = kSacks}));
}

TEST_F(AckRun, AGuessedAckCoversNoTrueOne) {
    EXPECT_TRUE(covers({.ack = 2000 + (1 << 20)}, {.ack = 2000}));
    EXPECT_FALSE(covers({.ack = 2001 + (1 << 20)}, {.ack = 2000}));
}

TEST_F(AckRun, TcpRejectsTimestampsThatGoBack) {
    EXPECT_TRUE(covers({.ack = 2001, .options = stamps(0)}, {.options = stamps(0xffff'ffff)})) << "they wrap";
    EXPECT_TRUE(covers({.ack = 2001, .options = stamps(101)}, {.options = stamps(100)}));
    EXPECT_FALSE(covers({.ack = 2001, .options = stamps(7)}, {.options = stamps(8)}));
}

TEST_F(AckRun, OnlyPureAcksOfOneConnection) {
    EXPECT_FALSE(covers({.seq = 1001, .ack = 2001}, {})) << "data were between them";
    EXPECT_FALSE(covers({.ack = 2001, .src_port = 81}, {}));
    EXPECT_FALSE(covers({.ack = 2001, .dst_port = 81}, {}));
    EXPECT_FALSE(covers({.ack = 2001, .options = kStamps}, {}));
    EXPECT_FALSE(covers({.ack = 2001, .data = kText("x")}, {.data = kText("x")}));
    for (const u16 flag : {TcpFlags::Fin, TcpFlags::Syn, TcpFlags::Rst, TcpFlags::Urg, TcpFlags::Psh}) {
        const u16 both = TcpFlags::Ack | flag;
        EXPECT_FALSE(covers({.ack = 2001, .flags = both}, {.flags = both}));
        EXPECT_FALSE(covers({.ack = 2001}, {.flags = both}));
        EXPECT_FALSE(covers({.ack = 2001, .flags = both}, {}));
    }
    EXPECT_FALSE(covers({.ack = 2001, .flags_offset = 0x2000}, {.flags_offset = 0x2000})) << "fragments";
}

// The fields in which an ACK may differ from the one before: identification, checksums, acknowledgment
// number, window, urgent pointer (without URG it means nothing) and the timestamps themselves.
bool may_differ(usize at) {
    constexpr usize kIp = TcpFrame::kIp, kTcp = TcpFrame::kTcp, kStamps = kTcp + sizeof(TcpHeader) + 4;
    return at / 2 == (kIp + 4) / 2 || at / 2 == (kIp + 10) / 2 || (at >= kTcp + 8 && at < kTcp + 12) ||
           (at >= kTcp + 14 && at < kTcp + 20) || at >= kStamps;
}

TEST_F(AckRun, ADifferenceElsewhereEndsTheRun) {
    const Packet earlier = frame_of({.options = kStamps});
    for (usize at = 0; at < earlier.size(); at++) {
        Packet later = frame_of({.ack = 2001, .options = kStamps});
        later[at] ^= 1;
        if (!may_differ(at)) EXPECT_FALSE(covers_frame(*mbuf_of(later), *mbuf_of(earlier))) << "byte " << at;
    }
}

TEST_F(AckRun, BothFramesAreAsLongAsTheirHeadersSay) {
    const Packet earlier = frame_of({.options = kStamps}),
                 later = frame_of({.ack = 2001, .options = kStamps});
    const auto first = [](const Packet& p, usize n) {
        return mbuf_of(Packet(p.begin(), p.begin() + static_cast<long>(n)));
    };
    EXPECT_TRUE(covers_frame(*mbuf_of(later), *mbuf_of(earlier)));
    for (usize n = 0; n < later.size(); n++) {
        EXPECT_FALSE(covers_frame(*first(later, n), *first(earlier, n))) << n;
        EXPECT_FALSE(covers_frame(*first(later, n), *mbuf_of(earlier))) << n;
        EXPECT_FALSE(covers_frame(*mbuf_of(later), *first(earlier, n))) << n;
    }
    const Packet bare = frame_of({}), next = frame_of({.ack = 2001});
    EXPECT_TRUE(covers_frame(*first(next, 54), *first(bare, 54))) << "the shortest";
    const auto padded = [](Packet p) { return p.resize(67), mbuf_of(p); };
    EXPECT_FALSE(covers_frame(*padded(next), *padded(bare))) << "longer than any ACK";
}

TEST_F(AckRun, OnlyAWholePacketIsIntact) {
    const Packet good = frame_of({.options = kStamps});
    EXPECT_TRUE(ack_is_intact(*mbuf_of(good)));
    for (usize at = TcpFrame::kIp; at < good.size(); at++) {
        Packet bad = good;
        bad[at] ^= 0x50;  // of the lengths in each header, too
        EXPECT_FALSE(ack_is_intact(*mbuf_of(bad))) << "byte " << at;
    }
}

TEST_F(AckRun, AnyBytesAreSafe) {
    Packet frame = frame_of({.options = kStamps});
    const MbufPtr whole = mbuf_of(frame);
    for (usize n = 0; n < frame.size(); n++) {
        const MbufPtr cut = mbuf_of(Packet(frame.begin(), frame.begin() + static_cast<long>(n)));
        EXPECT_FALSE(covers_frame(*cut, *cut));
        EXPECT_FALSE(covers_frame(*cut, *whole));
    }
    for (usize at = 0; at < frame.size(); at++) {
        Packet other = frame;
        for (int bit = 0; bit < 8; bit++) {
            other[at] = static_cast<u8>(frame[at] ^ 1 << bit);
            (void)covers_frame(*mbuf_of(other), *mbuf_of(other));
        }
    }
}

// --- runs of ACKs for a connection

struct AckRunOfConnection : TcpPeerTest {
    AckRunOfConnection() {
        accept_one({.flags = kSyn, .mss = 1000});
        EXPECT_OK(send(10'000));
        EXPECT_EQ(hear_all().size(), 10u);
    }
    struct Bare {
        u32 ack;
        u16 spoil = 0;  // added to the TCP checksum
        u16 port = kTheirPort;
    };
    // Receives these in one batch.
    void arrive(std::initializer_list<Bare> acks) {
        MbufQueue frames;
        for (const Bare& b : acks) {
            const TcpFields f{.src_port = b.port,
                              .dst_port = kOurPort,
                              .seq = kTheirIss + 1,
                              .ack = our_iss + b.ack,
                              .flags = kAck,
                              .window = 65535};
            Packet frame = packets::ether(kOurMac, kPeerMac, EtherType::Ipv4,
                                          packets::tcp_packet({kPeer, kOurs, f, b.spoil}, {}));
            frame.resize(60);
            frames.push_tail(mbuf_of(frame));
        }
        before_ = count(Stat::tcp_in);
        net_rx_all(device, frames);
        EXPECT_TRUE(frames.empty());
    }
    u64 looked_at() { return count(Stat::tcp_in) - before_; }
    u32 unacknowledged() { return info().tcpi_unacked; }

  private:
    u64 before_ = 0;
};

TEST_F(AckRunOfConnection, OnlyTheLastGoesUp) {
    arrive({{1001}, {2001}, {3001}, {4001}});
    EXPECT_EQ(unacknowledged(), 6000u);
    EXPECT_EQ(looked_at(), 1u);
    EXPECT_EQ(count(Stat::tcp_acks_merged), 3u);
}

TEST_F(AckRunOfConnection, ADuplicateInItIsSeen) {
    arrive({{1001}, {1001}, {1001}, {2001}});
    EXPECT_EQ(unacknowledged(), 8000u);
    EXPECT_EQ(looked_at(), 3u);
}

TEST_F(AckRunOfConnection, ADamagedLastOneCostsNoOther) {
    arrive({{1001}, {2001}, {3001}, {4001, 1}});
    EXPECT_EQ(unacknowledged(), 7000u);
    EXPECT_EQ(count(Stat::tcp_bad_checksum), 1u);
    EXPECT_EQ(count(Stat::tcp_acks_merged), 1u) << "the third covers the second";
}

TEST_F(AckRunOfConnection, ADamagedOneInTheMiddleDoesNotMatter) {
    arrive({{1001}, {2001, 1}, {3001}});
    EXPECT_EQ(unacknowledged(), 7000u);
}

// RFC 5961 section 5: it causes a challenge ACK, and the valid ACKs are processed.
TEST_F(AckRunOfConnection, AnAckOfWhatWasNeverSentReplacesNone) {
    arrive({{1001}, {2001}, {3001}, {50'001}});
    EXPECT_EQ(unacknowledged(), 7000u);
    EXPECT_EQ(count(Stat::tcp_challenges_out), 1u);
    device.sent.clear();
}

TEST_F(AckRunOfConnection, OneThatClosesTheConnectionIsNoReasonForResets) {
    say({.flags = kFin | kAck, .seq = 1, .ack = 1});
    shut();
    device.sent.clear();
    EXPECT_EQ(state(), TcpState::LastAck);
    MbufQueue frames;
    for (const u32 ack : {4001u, 8001u, 10'002u}) {
        const TcpFields f{.src_port = kTheirPort,
                          .dst_port = kOurPort,
                          .seq = kTheirIss + 2,
                          .ack = our_iss + ack,
                          .flags = kAck,
                          .window = 65535};
        frames.push_tail(mbuf_of(packets::ether(kOurMac, kPeerMac, EtherType::Ipv4,
                                                packets::tcp_packet({kPeer, kOurs, f, 0}, {}))));
    }
    net_rx_all(device, frames);
    EXPECT_EQ(state(), TcpState::Closed);
    EXPECT_TRUE(silence());
}

TEST_F(AckRunOfConnection, RunsOfNobodyAreAllLookedAt) {
    arrive({{1001, 0, 9}, {2001, 0, 9}});
    EXPECT_EQ(looked_at(), 2u);
    device.sent.clear();
}

TEST_F(AckRunOfConnection, OfTheNextRunOnlyTheLastGoesUpToo) {
    arrive({{1001}, {2001}, {2001}, {3001}, {4001}});
    EXPECT_EQ(looked_at(), 2u);
    EXPECT_EQ(unacknowledged(), 6000u);
}

TEST_F(AckRunOfConnection, ARunOfNobodyDoesNotHideTheNext) {
    arrive({{1001, 0, 9}, {2001, 0, 9}, {3001, 0, 9}, {1001}, {2001}, {3001}});
    EXPECT_EQ(looked_at(), 4u) << "all of the first run, and the last of ours";
    EXPECT_EQ(unacknowledged(), 7000u);
    device.sent.clear();
}

TEST_F(AckRunOfConnection, WhoeverLooksOnSeesThemAll) {
    stack->dump().set(DumpMode::Brief);
    arrive({{1001}, {2001}, {3001}});
    EXPECT_EQ(looked_at(), 3u);
}

}  // namespace
