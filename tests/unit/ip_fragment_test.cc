// Packets of all lengths, split over mbufs in many ways, on links of all MTUs.
#include <algorithm>

#include "net/proto/icmp.h"
#include "net/proto/ip.h"
#include "net/proto/ip_fragment.h"
#include "net_test.h"
#include "new_mbuf.h"

using namespace net;
using packets::Packet;

namespace {

// Lengths around one, two and three mbufs or fragments, the shortest and longest, and a sample in between.
std::vector<usize> lengths(usize mtu) {
    std::vector<usize> all{65507, 65508, 65514, 65515};
    for (usize n = 0; n < 65000; n += 2503) all.push_back(n);
    const usize room = mtu - 20, aligned = room & ~usize{7};
    for (usize edge : {usize{8}, room, aligned, 2 * aligned, aligned + room, 3 * aligned, usize{1472},
                       usize{1480}, usize{1844}, usize{1888}}) {
        for (usize n = edge - 8; n <= edge + 8; n++) all.push_back(n);
    }
    return all;
}

struct FragmentsAt : NetTest, ::testing::WithParamInterface<u16> {
    FragmentsAt() : NetTest(0, GetParam()) { introduce(kPeer, kPeerMac); }

    // A chain with these bytes in fragments of `piece` bytes. A single mbuf may be filled completely.
    static MbufPtr chain(const Packet& bytes, usize piece, usize headroom = kDefaultHeadroom) {
        MbufPtr head = new_mbuf(headroom);
        usize done = 0;
        for (Mbuf* last = head.get();;) {
            const usize n = std::min(piece, bytes.size() - done);
            std::copy_n(bytes.begin() + static_cast<long>(done), n, last->put(n));
            if ((done += n) == bytes.size()) return head;
            MbufPtr next = new_mbuf(headroom);
            last = next.get();
            head->append(std::move(next));
        }
    }
    // Takes all sent frames and reassembles them.
    Packet reassembled(bool dont_fragment_if_whole = false) {
        Packet whole;
        const usize frames = device.sent.size();
        u16 id = 0;
        while (!device.sent.empty()) {
            const SentIp f(device.take_sent());
            EXPECT_LE(f.bytes.size(), 14u + GetParam());
            if (whole.empty()) id = f.ip.identification;
            EXPECT_EQ(f.ip.identification, id);
            EXPECT_EQ(f.ip.dont_fragment(), frames == 1 && dont_fragment_if_whole);
            EXPECT_EQ(f.ip.fragment_offset(), whole.size());
            EXPECT_EQ(f.ip.more_fragments(), !device.sent.empty());
            whole = packets::join(whole, f.payload);
        }
        return whole;
    }
    void send_and_compare(const Packet& bytes, MbufPtr m, usize piece) {
        ASSERT_TRUE(ip_out(*stack, std::move(m), kOurs, kPeer, IpProtocol::Udp, WhenFull::Drop).ok());
        const usize room = (GetParam() - 20u) & ~usize{7};
        ASSERT_LE(device.sent.size(), 2 + 2 * bytes.size() / room)
            << "fragments are almost as large as possible";
        ASSERT_EQ(reassembled(), bytes) << bytes.size() << " bytes in pieces of " << piece;
    }
};

TEST_P(FragmentsAt, CarryAChainHoweverItIsCut) {
    for (usize n : lengths(GetParam())) {
        const Packet bytes = packets::filled(n);
        for (usize piece : {usize{1480}, usize{1479}, usize{700}, usize{1376}}) {
            ASSERT_NO_FATAL_FAILURE(send_and_compare(bytes, chain(bytes, piece), piece));
        }
    }
    const Packet bytes = packets::filled(3000);
    for (usize piece : {1, 2, 7, 8, 9}) {
        ASSERT_NO_FATAL_FAILURE(send_and_compare(bytes, chain(bytes, piece), piece));
    }
}

TEST_P(FragmentsAt, CarryOneMbufOfAnyLengthAndHeadroom) {
    for (usize headroom : {usize{0}, usize{33}, usize{34}, kDefaultHeadroom}) {
        for (usize n = GetParam() - 20u + 1; n <= kMbufSize - sizeof(Mbuf) - headroom; n += 1 + n % 13) {
            const Packet bytes = packets::filled(n);
            ASSERT_NO_FATAL_FAILURE(send_and_compare(bytes, chain(bytes, n, headroom), n));
        }
    }
}

TEST_P(FragmentsAt, AreAnsweredLikeAnyEcho) {
    for (usize n : lengths(GetParam())) {
        if (n > 65507) continue;
        const Packet echo = packets::icmp(IcmpType::EchoRequest, 0, 3, 4, packets::filled(n));
        const usize room = (GetParam() - 20u) & ~usize{7};
        if ((echo.size() + room - 1) / room > 128) continue;  // Reassembly::kMaxFragmentsEach
        for (usize at = 0; at < echo.size(); at += room) {
            const usize end = std::min(at + room, echo.size());
            const u16 more = end < echo.size() ? Ipv4Header::kMoreFragments : u16{0};
            const Packet piece(echo.begin() + static_cast<long>(at), echo.begin() + static_cast<long>(end));
            receive_ip(packets::ipv4(
                {.src = kPeer, .dst = kOurs, .protocol = 1, .flags_offset = static_cast<u16>(at / 8 | more)},
                piece));
        }
        ASSERT_EQ(reassembled(), packets::icmp(IcmpType::EchoReply, 0, 3, 4, packets::filled(n))) << n;
    }
}

TEST_P(FragmentsAt, AreNoMoreThanAPacketCanBe) {
    const Packet bytes = packets::filled(65516);
    EXPECT_ERROR(ip_out(*stack, chain(bytes, 1480), kOurs, kPeer, IpProtocol::Udp, WhenFull::Drop), MsgSize);
    nothing_was_sent();
}

TEST_P(FragmentsAt, AreRefusedToThoseWhoWantNone) {
    const Packet longer = packets::filled(GetParam() - 19u), fits = packets::filled(GetParam() - 20u);
    for (usize piece : {usize{1888}, usize{40}}) {
        EXPECT_ERROR(ip_out(*stack, chain(longer, piece), kOurs, kPeer, IpProtocol::Udp, WhenFull::Drop,
                            kNeverFragment),
                     MsgSize);
        nothing_was_sent();
        EXPECT_OK(ip_out(*stack, chain(fits, piece), kOurs, kPeer, IpProtocol::Udp, WhenFull::Drop,
                         kNeverFragment));
        EXPECT_EQ(reassembled(true), fits);
    }
}

TEST_P(FragmentsAt, StopWhenThereIsNoMbuf) {
    const Packet bytes = packets::filled(1888);
    MbufPtr m = chain(bytes, 1888);
    fake::world().pages_left = 0;
    std::vector<MbufPtr> all;
    while (MbufPtr other = Mbuf::alloc()) all.push_back(std::move(other));
    EXPECT_ERROR(ip_out(*stack, std::move(m), kOurs, kPeer, IpProtocol::Udp, WhenFull::Drop), NoBufs);
    EXPECT_GE(count(Stat::no_mbuf), 1u);
    all.clear();
    device.sent.clear();
}

INSTANTIATE_TEST_SUITE_P(, FragmentsAt, ::testing::Values(1500, 1492, 1006, 576, 296, 68),
                         [](const auto& tested) { return std::to_string(tested.param); });

// --- no unnecessary copies, and no unnecessary fragments

struct WithFewMbufs : NetTest {
    // Of an MTU of 1,492 bytes, also half a fragment is a multiple of 8 bytes.
    explicit WithFewMbufs(u16 mtu = 1492) : NetTest(0, mtu) { introduce(kPeer, kPeerMac); }

    static MbufPtr pieces(std::initializer_list<usize> lengths, usize headroom = 34) {
        MbufPtr head;
        for (usize n : lengths) {
            MbufPtr m = new_mbuf(headroom);
            m->put(n);
            if (head)
                head->append(std::move(m));
            else
                head = std::move(m);
        }
        return head;
    }
    // How many frames it sends while only so many mbufs are free, and none becomes free.
    usize frames_of(MbufPtr packet, usize spare) {
        device.keeps = true;
        std::vector<MbufPtr> free_ones(spare), all;
        for (MbufPtr& m : free_ones) m = new_mbuf();
        fake::world().pages_left = 0;
        while (MbufPtr other = Mbuf::alloc()) all.push_back(std::move(other));
        free_ones.clear();
        const auto sent = ip_out(*stack, std::move(packet), kOurs, kPeer, IpProtocol::Udp, WhenFull::Drop);
        device.keeps = false;
        device.kept.clear();
        return sent.ok() ? device.sent.size() : 0;
    }
};

TEST_F(WithFewMbufs, PiecesThatFitTheLinkAreNotCopied) {
    EXPECT_EQ(frames_of(pieces({1472, 1472, 100}), 0), 3u);
}

TEST_F(WithFewMbufs, PiecesOfHalfAFragmentAreNotCopied) {
    EXPECT_EQ(frames_of(pieces({736, 1472, 100}), 0), 3u);
}

TEST_F(WithFewMbufs, SmallerPiecesAreJoined) { EXPECT_EQ(frames_of(pieces({728, 728, 728, 728}), 2), 2u); }

TEST_F(WithFewMbufs, PiecesBehindACopiedOneAreNotCopied) {
    EXPECT_EQ(frames_of(pieces({16, 1456, 1472, 100}), 1), 3u);
}

TEST_F(WithFewMbufs, PiecesWithoutHeadroomForTheHeadersAreCopied) {
    for (usize headroom : {0, 20, 33}) {
        EXPECT_EQ(frames_of(pieces({1472, 100}, headroom), 1), 2u) << headroom;
        device.sent.clear();
    }
}

TEST_F(WithFewMbufs, AnEmptyChainIsOnePacket) {
    EXPECT_EQ(frames_of(pieces({0, 0}), 0), 1u);
    EXPECT_TRUE(SentIp(device.take_sent()).payload.empty());
}

struct OnEthernetWithFewMbufs : WithFewMbufs {
    OnEthernetWithFewMbufs() : WithFewMbufs(kEtherMtu) {}
};
TEST_F(OnEthernetWithFewMbufs, PiecesOfTheLengthForCallersAreNotCopied) {
    EXPECT_EQ(frames_of(pieces({kMaxFragment, kMaxFragment, 100}), 0), 3u);
}

// --- packets with scatter-gather fragments

struct Scattered : NetTest {
    Scattered() {
        introduce(kPeer, kPeerMac);
        const Packet all = packets::filled(1888);
        std::copy(all.begin(), all.end(), data->put(all.size()));
    }
    // 100 bytes in the mbuf itself, the others in another.
    MbufPtr packet(usize others) {
        MbufPtr m = new_mbuf();
        std::copy_n(data->data(), 100, m->put(100));
        EXPECT_TRUE(m->attach(*data, data->data() + 100, others));
        return m;
    }
    Result<> send(MbufPtr m) {
        return ip_out(*stack, std::move(m), kOurs, kPeer, IpProtocol::Udp, WhenFull::Drop);
    }
    MbufPtr data = new_mbuf(0);
};

TEST_F(Scattered, ALongPacketIsCopiedAndSentInFragments) {
    EXPECT_OK(send(packet(1700)));
    ASSERT_EQ(device.sent.size(), 2u);
    const SentIp first(device.take_sent()), second(device.take_sent());
    EXPECT_EQ(packets::join(first.payload, second.payload), packets::filled(1800));
}

TEST_F(Scattered, APacketThatDoesNotFitInOneMbufIsRefused) {
    EXPECT_ERROR(send(packet(1788)), MsgSize);
    nothing_was_sent();
}

// The device fills in the checksum of a whole packet only.
TEST_F(Scattered, AFrameWhoseChecksumTheDeviceFillsInIsNotFragmented) {
    MbufPtr m = new_mbuf();
    m->put(1481);
    m->set_offload(Offload::TcpChecksum);
    EXPECT_ERROR(send(std::move(m)), MsgSize);
    nothing_was_sent();
}

}  // namespace
