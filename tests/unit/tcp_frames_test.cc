// The size of TCP's frames: with all options, with and without segmentation offload, no frame exceeds the
// link's MTU or the peer's MSS.
#include <algorithm>

#include "tcp_peer.h"

using namespace net;
using packets::Packet;

namespace {

constexpr u32 kOffloads[] = {0, NetDevice::kGather, NetDevice::kGather | NetDevice::kTcpChecksum,
                             NetDevice::kGather | NetDevice::kTcpChecksum | NetDevice::kTcpSegments};

// Parameters: the device's offload, the TCP options, the number of holes in the peer's data.
struct Case {
    u32 features;
    bool timestamps;
    unsigned holes;
    u16 mss;
};

class TcpFrames : public TcpPeerTest, public ::testing::WithParamInterface<Case> {
  protected:
    TcpFrames() : TcpPeerTest(GetParam().features) {
        Seg syn{.flags = kSyn, .mss = GetParam().mss, .scale = 4, .sack_ok = true};
        if (GetParam().timestamps) syn.ts = {{1, 0}};
        accept_one(syn);
    }
    void say_with_timestamps(Seg s) {
        if (GetParam().timestamps) s.ts = {{1, 0}};
        say(s);
    }
    // Receives single bytes with a gap before each: every one adds a SACK block to our headers.
    void leave_holes() {
        for (u32 i = 0; i < GetParam().holes; i++) {
            say_with_timestamps(
                {.seq = 5 + 4 * i, .ack = acked_, .data = packets::text("x"), .window = 4000});
        }
        device.sent.clear();
    }
    // Takes `n` bytes of data off the wire; checks that each segment is within the limits and not empty.
    void hear_data(usize n) {
        Packet all;
        while (all.size() < n) {
            if (silence()) {
                say_with_timestamps({.seq = 1, .ack = acked_, .window = 4000});
                if (silence()) pass(seconds(1));
                ASSERT_FALSE(silence()) << all.size() << " of " << n << " bytes";
            }
            ASSERT_LE(device.sent.front().size(), 1514u);
            ASSERT_LE(device.sent.front().size(), 54u + GetParam().mss);
            const Seg s = hear();
            const unsigned most = GetParam().timestamps ? 3 : 4;
            ASSERT_EQ(s.sacks.size(), std::min(GetParam().holes, most));
            if (s.seq != acked_) continue;  // a retransmission or a tail loss probe
            ASSERT_GT(s.data.size(), 0u) << "an empty segment after a burst";
            all = packets::join(all, s.data);
            acked_ += static_cast<u32>(s.data.size());
        }
        EXPECT_EQ(all, packets::filled(n));
        say_with_timestamps({.seq = 1, .ack = acked_, .window = 4000});
    }
    u32 acked_ = 1;
};

// Lengths around one, two and many segments, for every segment size.
std::vector<usize> lengths(u16 mss) {
    std::vector<usize> all{1, 40, 257, 5 * usize{mss}, 20'000};
    for (usize segments : {1, 2, 3}) {
        for (usize options : {0, 12, 20, 28, 36, 40}) {
            const usize n = segments * (mss - options);
            for (usize near : {n - 7, n - 1, n, n + 1, n + 6}) all.push_back(near);
        }
    }
    return all;
}

TEST_P(TcpFrames, FitTheLinkAndThePeer) {
    leave_holes();
    for (usize n : lengths(GetParam().mss)) {
        ASSERT_OK(send(n));
        ASSERT_NO_FATAL_FAILURE(hear_data(n)) << n;
        device.sent.clear();
    }
}

// Segments sent before the holes appear are retransmitted with SACK blocks in the header.
TEST_P(TcpFrames, FitWhenSentAgain) {
    ASSERT_OK(send(5 * usize{GetParam().mss}));
    device.sent.clear();
    leave_holes();
    pass(milliseconds(250));
    ASSERT_NO_FATAL_FAILURE(hear_data(5 * usize{GetParam().mss}));
}

std::vector<Case> cases() {
    std::vector<Case> all;
    for (u32 features : kOffloads) {
        for (bool timestamps : {false, true}) {
            for (unsigned holes = 0; holes <= 4; holes++) {
                for (u16 mss : {u16{1460}, u16{536}, u16{100}})
                    all.push_back({features, timestamps, holes, mss});
            }
        }
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(, TcpFrames, ::testing::ValuesIn(cases()), [](const auto& tested) {
    const Case& c = tested.param;
    return "features" + std::to_string(c.features) + "_timestamps" + std::to_string(c.timestamps) + "_holes" +
           std::to_string(c.holes) + "_mss" + std::to_string(c.mss);
});

}  // namespace
