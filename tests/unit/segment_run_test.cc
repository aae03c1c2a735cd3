#include "net/proto/segment_run.h"

#include "ack_kit.h"
#include "tcp_peer.h"

using namespace net;
using namespace ack_kit;

namespace {

constexpr u32 kSize = 1000;

// The n-th segment of a run, with data of its own.
Ack segment(u32 n) {
    Packet data(kSize, static_cast<u8>(n + 1));
    return {.seq = 1000 + n * kSize, .data = data, .identification = static_cast<u8>(n)};
}

// How many frames are added to the first.
usize merged(std::vector<Packet> frames) {
    MbufQueue queue;
    for (const Packet& f : frames) queue.push_tail(mbuf_of(f));
    const usize n = merge_segments(queue);
    EXPECT_EQ(queue.size(), frames.size() - n);
    return n;
}

// Two segments, of which the second differs.
template <class F>
usize merged_if(F change) {
    Ack second = segment(1);
    change(second);
    return merged({frame_of(segment(0)), frame_of(second)});
}

TEST(SegmentRun, IsOnePacketWithAllData) {
    MbufQueue queue;
    for (u32 i = 0; i < 4; i++) queue.push_tail(mbuf_of(frame_of(segment(i))));
    EXPECT_EQ(merge_segments(queue), 3u);
    ASSERT_EQ(queue.size(), 1u);
    const MbufPtr m = queue.pop_head();
    EXPECT_EQ(m->chain_length(), 54 + 4 * kSize);
    EXPECT_EQ(m->offload(), Offload::Verified);
    const auto& ip = *reinterpret_cast<const Ipv4Header*>(m->data() + 14);
    EXPECT_EQ(ip.total_length, 40 + 4 * kSize);
    EXPECT_EQ(checksum_of({m->data() + 14, 20}), 0);
    Packet all;
    m->for_each_range([&](Bytes b) { all.insert(all.end(), b.begin(), b.end()); });
    for (u32 i = 0; i < 4 * kSize; i++) ASSERT_EQ(all[54 + i], i / kSize + 1);
}

TEST(SegmentRun, EndsWithAShorterOneOrAPush) {
    Ack shorter = segment(1), pushed = segment(1);
    shorter.data.resize(100);
    pushed.flags |= kPsh;
    Ack after = segment(1);
    after.seq = 1000 + kSize + 100;
    EXPECT_EQ(merged({frame_of(segment(0)), frame_of(shorter), frame_of(after)}), 1u);
    EXPECT_EQ(merged({frame_of(segment(0)), frame_of(pushed), frame_of(segment(2))}), 1u);
    EXPECT_EQ(merged({frame_of(pushed), frame_of(segment(2))}), 0u);
}

TEST(SegmentRun, IsBounded) {
    std::vector<Packet> frames;
    for (u32 i = 0; i < 20; i++) frames.push_back(frame_of(segment(i)));
    EXPECT_EQ(merged(frames), 15u);
}

TEST(SegmentRun, TakesOnlyWhatFollowsInTheSameConnection) {
    EXPECT_EQ(merged_if([](Ack&) {}), 1u);
    EXPECT_EQ(merged_if([](Ack& a) { a.seq++; }), 0u);
    EXPECT_EQ(merged_if([](Ack& a) { a.seq = 1000; }), 0u) << "a repetition";
    EXPECT_EQ(merged_if([](Ack& a) { a.src_port++; }), 0u);
    EXPECT_EQ(merged_if([](Ack& a) { a.dst_port++; }), 0u);
    EXPECT_EQ(merged_if([](Ack& a) { a.ack++; }), 0u);
    EXPECT_EQ(merged_if([](Ack& a) { a.window++; }), 0u);
    EXPECT_EQ(merged_if([](Ack& a) { a.flags |= kFin; }), 0u);
    EXPECT_EQ(merged_if([](Ack& a) { a.flags |= kUrg; }), 0u);
    EXPECT_EQ(merged_if([](Ack& a) { a.flags_offset = 0; }), 0u);
    EXPECT_EQ(merged_if([](Ack& a) { a.options = kStamps; }), 0u);
    EXPECT_EQ(merged_if([](Ack& a) { a.data.resize(kSize + 1); }), 0u);
    EXPECT_EQ(merged_if([](Ack& a) { a.data.clear(); }), 0u);
}

TEST(SegmentRun, ComparesTimestamps) {
    Ack first = segment(0), second = segment(1);
    first.options = second.options = stamps(7);
    EXPECT_EQ(merged({frame_of(first), frame_of(second)}), 1u);
    second.options = stamps(8);
    EXPECT_EQ(merged({frame_of(first), frame_of(second)}), 0u);
    second.options = {1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 3};
    EXPECT_EQ(merged({frame_of(first), frame_of(second)}), 0u);
    first.options = second.options = kSacks;
    EXPECT_EQ(merged({frame_of(first), frame_of(second)}), 0u);
}

TEST(SegmentRun, LeavesDamagedFramesAlone) {
    for (usize at : {24u, 60u, 1000u}) {  // the checksum of IP, data
        for (usize which : {0u, 1u}) {
            std::vector<Packet> frames{frame_of(segment(0)), frame_of(segment(1))};
            frames[which][at] ^= 1;
            EXPECT_EQ(merged(frames), 0u) << at << " " << which;
        }
    }
}

TEST(SegmentRun, NeedsWholeFrames) {
    for (usize length : {20u, 53u, 60u, 500u, 1053u}) {
        Packet first = frame_of(segment(0)), second = frame_of(segment(1));
        Packet cut(second.begin(), second.begin() + static_cast<long>(length));
        EXPECT_EQ(merged({first, cut}), 0u);
        cut.assign(first.begin(), first.begin() + static_cast<long>(length));
        EXPECT_EQ(merged({cut, second}), 0u);
    }
}

// Merging saves little for short segments.
TEST(SegmentRun, BeginsWith256BytesOrMore) {
    for (usize data : {267u, 268u}) {  // 256, behind headers with timestamps
        Ack first = segment(0), second = segment(0);
        first.data.resize(data);
        second.data.resize(data);
        second.seq = first.seq + static_cast<u32>(data);
        EXPECT_EQ(merged({frame_of(first), frame_of(second)}), data == 268 ? 1u : 0u);
    }
}

TEST(SegmentRun, GoesOnWithFramesAsLongAsTheHeadersItCompares) {
    for (usize data : {11u, 12u})
        EXPECT_EQ(merged_if([&](Ack& a) { a.data.resize(data); }), data == 12 ? 1u : 0u);
}

TEST(SegmentRun, HasNoPadding) {
    Packet first = frame_of(segment(0)), second = frame_of(segment(1));
    MbufQueue queue;
    for (Packet* f : {&first, &second}) {
        f->resize(f->size() + 7, 0xee);
        queue.push_tail(mbuf_of(*f));
    }
    EXPECT_EQ(merge_segments(queue), 1u);
    const MbufPtr m = queue.pop_head();
    EXPECT_EQ(m->chain_length(), 54 + 2 * kSize);
    m->for_each_range([](Bytes b) { EXPECT_EQ(std::count(b.begin() + 54, b.end(), 0xee), 0); });
}

TEST(SegmentRun, HasNoFrameWithoutData) {
    Ack none = segment(0);
    none.data.clear();
    Packet padded = frame_of(none);
    padded.resize(400);
    EXPECT_EQ(merged({padded, padded}), 0u);
    none.seq += kSize;
    Packet second = frame_of(none);
    second.resize(400);
    EXPECT_EQ(merged({frame_of(segment(0)), second}), 0u);
}

// Changes the byte at `at` of both frames, or only of the second, and makes the IP checksum right.
usize merged_with(usize at, u8 value, bool in_both) {
    std::vector<Packet> frames{frame_of(segment(0)), frame_of(segment(1))};
    for (Packet& f : frames) {
        if (&f == &frames[0] && !in_both) continue;
        f[at] = value;
        f[24] = f[25] = 0;
        const u16 sum = packets::internet_checksum(Bytes(f).subspan(14, 20));
        f[24] = static_cast<u8>(sum >> 8), f[25] = static_cast<u8>(sum);
    }
    return merged(frames);
}

TEST(SegmentRun, IsOfTcpOverIpv4WithoutOptionsAndWithoutFragments) {
    EXPECT_EQ(merged_with(22, 64, true), 1u) << "another TTL";
    EXPECT_EQ(merged_with(13, 0x06, true), 0u) << "ARP's type";
    EXPECT_EQ(merged_with(14, 0x46, true), 0u) << "options";
    EXPECT_EQ(merged_with(14, 0x65, true), 0u) << "version 6";
    EXPECT_EQ(merged_with(20, 0x20, true), 0u) << "more fragments";
    EXPECT_EQ(merged_with(23, 17, true), 0u) << "UDP";
}

TEST(SegmentRun, ComparesEthernetHeadersAndTypesOfService) {
    for (usize at : {0u, 5u, 6u, 11u, 12u, 15u}) EXPECT_EQ(merged_with(at, 0x77, false), 0u) << at;
}

TEST(SegmentRun, HasNoOptionsBesideTimestamps) {
    Ack first = segment(0), second = segment(1);
    first.options = second.options = packets::join(kStamps, {1, 1, 1, 1});
    EXPECT_EQ(merged({frame_of(first), frame_of(second)}), 0u);
}

TEST(SegmentRun, IsOfFramesInOneMbufEach) {
    for (usize which : {0u, 1u}) {
        MbufQueue queue;
        for (u32 i = 0; i < 2; i++) {
            MbufPtr m = mbuf_of(frame_of(segment(i)));
            if (i == which) m->append(new_mbuf());
            queue.push_tail(std::move(m));
        }
        EXPECT_EQ(merge_segments(queue), 0u) << which;
    }
}

TEST(SegmentRun, TrustsADeviceThatHasVerifiedChecksums) {
    for (Offload mark : {Offload::None, Offload::Verified}) {
        MbufQueue queue;
        for (u32 i = 0; i < 2; i++) {
            Packet frame = frame_of(segment(i));
            frame[50] ^= 1;  // the checksum of TCP
            queue.push_tail(mbuf_of(frame));
            queue.back()->set_offload(mark);
        }
        EXPECT_EQ(merge_segments(queue), mark == Offload::Verified ? 1u : 0u);
    }
}

// --- in a connection

struct SegmentRunOfConnection : TcpPeerTest {
    // Segments that begin at these numbers. Damages the n-th.
    void arrive(std::vector<u32> numbers, usize damaged = 100) {
        MbufQueue frames;
        for (usize i = 0; i < numbers.size(); i++) {
            const TcpFields f{.src_port = their_port,
                              .dst_port = kOurPort,
                              .seq = kTheirIss + numbers[i],
                              .ack = our_iss + 1,
                              .flags = kAck,
                              .window = 65535};
            const Packet data(kSize, static_cast<u8>(numbers[i] / kSize));
            Packet frame = packets::ether(kOurMac, kPeerMac, EtherType::Ipv4,
                                          packets::tcp_packet({kPeer, kOurs, f, u16(i == damaged)}, data));
            frames.push_tail(mbuf_of(frame));
        }
        net_rx_all(device, frames);
    }
};

TEST_F(SegmentRunOfConnection, IsReceivedAndAcknowledgedAtOnce) {
    accept_one();
    arrive({1, 1001, 2001, 3001});
    EXPECT_EQ(program->queued(), 4000u);
    HEARS(kAck, 1, 4001);
    EXPECT_TRUE(silence());
    EXPECT_EQ(count(Stat::tcp_segments_merged), 3u);
    const Packet got = read(*program, 4000).data;
    for (usize i = 0; i < 4000; i++) ASSERT_EQ(got[i], i / kSize);
}

TEST_F(SegmentRunOfConnection, CountsAsAsManyPacketsAsTheFramesThatArrived) {
    accept_one();
    constexpr Stat kStats[] = {Stat::rx_frames, Stat::ip_in, Stat::tcp_in};
    u64 before[3] = {};
    for (usize i = 0; i < 3; i++) before[i] = count(kStats[i]);
    arrive({1, 1001});
    arrive({2001, 3001, 4001});
    for (usize i = 0; i < 3; i++) EXPECT_EQ(count(kStats[i]) - before[i], 5u) << i;
    EXPECT_EQ(count(Stat::tcp_segments_merged), 3u);
    device.sent.clear();
}

TEST_F(SegmentRunOfConnection, WhoeverLooksOnSeesThemAll) {
    accept_one();
    stack->dump().set(DumpMode::Brief);
    arrive({1, 1001, 2001});
    EXPECT_EQ(count(Stat::tcp_segments_merged), 0u);
    EXPECT_EQ(program->queued(), 3000u);
    device.sent.clear();
}

TEST_F(SegmentRunOfConnection, AHoleAndADamagedOneAreSeen) {
    accept_one();
    arrive({1, 1001, 3001, 4001});
    EXPECT_EQ(program->queued(), 2000u);
    device.sent.clear();
    arrive({2001, 5001, 6001}, 2);
    EXPECT_EQ(program->queued(), 6000u);
    EXPECT_EQ(count(Stat::tcp_bad_checksum), 1u);
}

}  // namespace
