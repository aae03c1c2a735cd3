// A channel gets every ACK, or of each run only the last: what its program has asked for.
#include "ack_kit.h"
#include "channel_kit.h"

using namespace net;
using namespace ack_kit;

namespace {

constexpr u16 kPort = 4000;  // of the flow, as in Ack

class ChannelAcks : public ChannelTest {
  protected:
    ChannelAcks() { user->set_merges_acks(true); }
    ~ChannelAcks() override { user.close(); }

    // Receives these in one batch; returns what the channel gets of them.
    std::vector<Packet> arrive(const std::vector<Packet>& frames) {
        MbufQueue batch;
        for (const Packet& f : frames) batch.push_tail(mbuf_of(f));
        net_rx_all(device, batch);
        EXPECT_TRUE(batch.empty());
        return received(user);
    }
    // IP has removed Ethernet's padding.
    static std::vector<Packet> received(ChannelUser& by) {
        std::vector<Packet> all = by.received();
        for (Packet& p : all) p.resize(std::max<usize>(p.size(), 60));
        return all;
    }
    static Packet ack(u32 number) { return frame_of({.ack = number}); }
    static Packet damaged(Packet frame, usize at) {
        frame[at] ^= 1;
        return frame;
    }
    u64 dropped() { return count(Stat::tcp_acks_merged); }

    ChannelUser user = open_flow(kTcp, kPort);
};

TEST_F(ChannelAcks, OnlyTheLastOfARunIsReceived) {
    EXPECT_EQ(arrive({ack(2001), ack(2002), ack(2003)}), std::vector<Packet>{ack(2003)});
    EXPECT_EQ(dropped(), 2u);
}

TEST_F(ChannelAcks, OnlyTheLastOfTheNextRunIsReceivedToo) {
    const auto other = [](u32 number) { return frame_of({.ack = number, .src_port = 81}); };
    const std::vector<Packet> last{ack(2003), other(2003)};
    EXPECT_EQ(arrive({ack(2001), ack(2002), ack(2003), other(2001), other(2002), other(2003)}), last);
    EXPECT_EQ(dropped(), 4u);
}

TEST_F(ChannelAcks, AllAreReceivedUnlessTheProgramAsksForLess) {
    user->set_merges_acks(false);
    const std::vector<Packet> run{ack(2001), ack(2002), ack(2003)};
    EXPECT_EQ(arrive(run), run);
    EXPECT_EQ(dropped(), 0u);
}

// RFC 5681 section 3.2: three of them mean a lost segment.
TEST_F(ChannelAcks, DuplicatesAreKept) {
    const std::vector<Packet> duplicates{ack(2001), ack(2001), ack(2001), ack(2001)};
    EXPECT_EQ(arrive(duplicates), duplicates);
    EXPECT_EQ(arrive({ack(2001), ack(2002), ack(2002), ack(2002)}).size(), 3u) << "after a run, too";
}

TEST_F(ChannelAcks, WindowUpdatesAreKept) {
    const std::vector<Packet> run{ack(2001), frame_of({.ack = 2001, .window = 9000})};
    EXPECT_EQ(arrive(run), run);
}

TEST_F(ChannelAcks, SackBlocksAreKept) {
    const Packet sack1 = frame_of({.ack = 2001, .options = kSacks});
    const Packet sack2 = frame_of({.ack = 2002, .options = kSacks});
    const std::vector<Packet> run{sack1, sack2, ack(2003)};
    EXPECT_EQ(arrive(run), run);
}

TEST_F(ChannelAcks, DataAndFlagsAreKept) {
    const Packet data = frame_of({.ack = 2002, .data = packets::text("x")});
    const Packet end = frame_of({.seq = 1001, .ack = 2003, .flags = TcpFlags::Ack | TcpFlags::Fin});
    const std::vector<Packet> run{ack(2001), data, end};
    EXPECT_EQ(arrive(run), run);
}

TEST_F(ChannelAcks, ADamagedLastOneCostsNoOther) {
    constexpr usize kIpChecksum = 14 + 10, kAckNumber = 14 + 20 + 11;
    for (const usize at : {kIpChecksum, kAckNumber}) {
        const std::vector<Packet> got = arrive({ack(2001), ack(2002), damaged(ack(2004), at)});
        EXPECT_EQ(got.at(0), ack(2001)) << at;
        EXPECT_EQ(got.at(1), ack(2002)) << at;
    }
}

// A device that has verified the last one need not be asked again.
TEST_F(ChannelAcks, WhatTheDeviceHasVerifiedIsIntact) {
    MbufQueue batch;
    for (const Packet& f : {ack(2001), damaged(ack(2004), 14 + 20 + 16)}) {
        batch.push_tail(mbuf_of(f));
        batch.back()->set_offload(Offload::Verified);
    }
    net_rx_all(device, batch);
    EXPECT_EQ(user.received().size(), 1u);
    EXPECT_EQ(user.last_flags, CHANNEL_CHECKSUM);
}

TEST_F(ChannelAcks, OneChannelsWishIsNotAnothers) {
    ChannelUser other = open_flow(kTcp, kPort + 1);
    const auto to_other = [](u32 number) { return frame_of({.ack = number, .dst_port = kPort + 1}); };
    const std::vector<Packet> run{to_other(2001), to_other(2002)};
    EXPECT_TRUE(arrive(run).empty());
    EXPECT_EQ(received(other), run);
}

TEST_F(ChannelAcks, RunsOfNobodyAreNoConcernOfChannels) {
    const auto to_nobody = [](u32 number) { return frame_of({.ack = number, .dst_port = kPort + 1}); };
    EXPECT_TRUE(arrive({to_nobody(2001), to_nobody(2002)}).empty());
    EXPECT_EQ(dropped(), 0u);
    EXPECT_EQ(count(Stat::tcp_in), 2u);
    device.sent.clear();
}

TEST_F(ChannelAcks, DataAreReceivedInTheFramesInWhichTheyWereSent) {
    const auto data = [](u32 n) { return frame_of({.seq = 1000 + 500 * n, .data = Packet(500, u8(n))}); };
    const std::vector<Packet> run{data(0), data(1), data(2)};
    EXPECT_EQ(arrive(run), run);
    EXPECT_EQ(count(Stat::tcp_segments_merged), 0u);
}

TEST_F(ChannelAcks, WhoeverLooksOnSeesThemAll) {
    ChannelUser observer = open();
    observer.lend(8);
    ASSERT_OK(stack->channels().add_filter(*observer.channel, u32(Tap::Received), {}, "all"));
    const std::vector<Packet> run{ack(2001), ack(2002)};
    EXPECT_EQ(arrive(run), run);
    EXPECT_EQ(received(observer), run);
}

}  // namespace
