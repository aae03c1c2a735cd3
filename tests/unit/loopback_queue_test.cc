// The loopback device by itself: which queue a frame is in, room, and counters.
#include "net/proto/loopback.h"

#include "net_test.h"
#include "new_mbuf.h"

using namespace net;
using packets::Packet;

namespace {

struct LoopbackQueue : NetTest {
    std::atomic<u32> waiting{0};  // a bit for each queue with frames
    Loopback loopback{waiting};

    // A frame of a datagram of 50 bytes in all, in a queue that is not the first.
    static Packet frame() {
        return packets::ether({}, {}, EtherType::Ipv4, packets::udp_packet({kOurs, kOurs, 1000, 1000}, {}));
    }
    // Sends the first n bytes.
    Result<> send(const Packet& frame, usize n) {
        MbufPtr m = new_mbuf();
        std::copy(frame.begin(), frame.end(), m->put(frame.size()));
        m->trim_to(n);
        return loopback.transmit(m);
    }
    u32 queue_of(const Packet& frame, usize n) {
        waiting = 0;
        EXPECT_OK(send(frame, n));
        const u32 bits = waiting;
        loopback.deliver();  // to nobody: it has no interface
        return bits;
    }
    static constexpr u32 kFirst = 1;
};

TEST_F(LoopbackQueue, OfAFrameWithPortsDependsOnThem) {
    EXPECT_NE(queue_of(frame(), 42), kFirst);
    EXPECT_NE(queue_of(frame(), 38), kFirst) << "the ports are its last bytes";
}

TEST_F(LoopbackQueue, OfFramesWithoutPortsIsTheFirst) {
    for (usize n = 14; n < 38; n++) EXPECT_EQ(queue_of(frame(), n), kFirst) << n;
    Packet icmp = frame(), more_fragments = frame(), second_fragment = frame();
    icmp[23] = 1;
    more_fragments[20] = 0x20;
    second_fragment[21] = 1;
    for (const Packet& f : {icmp, more_fragments, second_fragment}) EXPECT_EQ(queue_of(f, 42), kFirst);
}

TEST_F(LoopbackQueue, IsEmptiedByASenderThatWantsRoom) {
    for (usize i = 0; i < Loopback::kRoom; i++) EXPECT_OK(send(frame(), 42));
    EXPECT_ERROR(send(frame(), 42), Again);
    EXPECT_OK(loopback.wait_for_room()) << "nobody else passes the frames up";
    EXPECT_OK(send(frame(), 42));
}

TEST_F(LoopbackQueue, CountsFramesAndBytes) {
    EXPECT_TRUE(loopback.link_up());
    for (usize i = 0; i < Loopback::kRoom; i++) EXPECT_OK(send(frame(), 42));
    EXPECT_ERROR(send(frame(), 42), Again);
    NetDeviceCounters c = loopback.counters();
    EXPECT_EQ(c.tx_packets, Loopback::kRoom);
    EXPECT_EQ(c.tx_bytes, 42 * Loopback::kRoom);
    EXPECT_EQ(c.tx_ring_full, 1u);
    EXPECT_EQ(c.rx_packets, 0u) << "they are in the queue";
    loopback.deliver();
    MbufPtr chain = new_mbuf(), rest = new_mbuf();
    chain->put(42), rest->put(58);
    chain->append(std::move(rest));
    EXPECT_OK(loopback.transmit(chain));
    loopback.deliver();
    c = loopback.counters();
    EXPECT_EQ(c.tx_packets, Loopback::kRoom + 1);
    EXPECT_EQ(c.rx_packets, Loopback::kRoom + 1);
    EXPECT_EQ(c.rx_bytes, 42 * Loopback::kRoom + 100);
}

}  // namespace
