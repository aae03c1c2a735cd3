// A program that does with its channel's memory what it likes.
#include <cstring>
#include <random>

#include "channel_kit.h"

using namespace net;

namespace {

struct ChannelHostile : ChannelTest {
    ChannelHostile() : ChannelTest(NetDevice::kGather | NetDevice::kTcpSegments | NetDevice::kTcpChecksum) {}
    ~ChannelHostile() override {
        device.keeps = false;
        device.reclaim();
        fake::world().advance(milliseconds(500));  // closed channels notice that their frames were sent
        device.sent.clear();
    }

    // The channel must be shut, and its port free.
    void is_shut(ChannelUser& user) {
        fake::world().advance(milliseconds(1));
        EXPECT_EQ(user->poll(nullptr), u32{POLLERR});
        EXPECT_TRUE(user->state().shut);
        EXPECT_EQ(user->state().flows, 0u);
        EXPECT_EQ(count(Stat::channel_shut), 1u);
        ChannelUser other = open();
        EXPECT_OK(claim(other, kUdp, 53));
        EXPECT_ERROR(claim(user, kUdp, 54), Shutdown);
        device.receive(udp_to(53));
        user->kick();
        EXPECT_TRUE(device.sent.empty());
    }
};

TEST_F(ChannelHostile, TooManyRequestsShutTheChannel) {
    ChannelUser user = open_flow(kUdp, 53);
    user.memory.transmit_ring().posted = 129;
    user->kick();
    is_shut(user);
}

TEST_F(ChannelHostile, RequestsThatWereTakenBackShutTheChannel) {
    ChannelUser user = open_flow(kUdp, 53);
    EXPECT_EQ(user.send(udp_from(53)), 0);
    device.sent.clear();
    user.memory.transmit_ring().posted = 0;
    user->kick();
    is_shut(user);
}

// The number of requests is then nearly 2^32: it must not be added to that of the frames in flight.
TEST_F(ChannelHostile, RequestsThatWereTakenBackWhileFramesAreInFlightShutTheChannel) {
    ChannelUser user = open_flow(kUdp, 53);
    device.keeps = true;
    EXPECT_EQ(user.send(udp_from(53, packets::filled(1000))), 1);
    device.sent.clear();
    user.memory.transmit_ring().posted = 0;
    user->kick();
    device.keeps = false;
    is_shut(user);
}

TEST_F(ChannelHostile, TooManyBuffersShutTheChannel) {
    ChannelUser user = open_flow(kUdp, 53);
    user.memory.receive_ring().posted = 129;
    device.receive(udp_to(53));
    is_shut(user);
}

TEST_F(ChannelHostile, CompletionsThatWereReapedTooEarlyShutTheChannel) {
    for (const bool receive : {false, true}) {
        ChannelUser user = open();
        (receive ? user.memory.receive_ring() : user.memory.transmit_ring()).reaped = 1;
        EXPECT_EQ(user->poll(nullptr), u32{POLLERR});
    }
}

TEST_F(ChannelHostile, ABufferThatDoesNotExistShutsTheChannel) {
    const channel_slot bad[] = {{128, 0, 64, 0, 0, 0},
                                {0xffff'ffff, 0, 64, 0, 0, 0},
                                {0, 2048, 1, 0, 0, 0},
                                {0, 1, 2048, 0, 0, 0},
                                {0, 0xffff, 0xffff, 0, 0, 0}};
    for (const channel_slot& slot : bad) {
        ChannelUser sender = open(), receiver = open();
        sender.post(sender.tx, slot);
        (void)channel_publish(&sender.tx);
        sender->kick();
        EXPECT_TRUE(sender->state().shut);
        ASSERT_OK(claim(receiver, kUdp, 53));
        receiver.post(receiver.rx, slot);
        (void)channel_publish(&receiver.rx);
        device.receive(udp_to(53));
        EXPECT_TRUE(receiver->state().shut);
    }
    nothing_was_sent();
}

TEST_F(ChannelHostile, TheFirstPageIsNeverRead) {
    ChannelUser user = open_flow(kUdp, 53);
    auto* head = static_cast<channel_memory*>(user.memory.page(0));
    const channel_ring receive = head->receive, transmit = head->transmit;
    std::memset(static_cast<void*>(head), 0xff, sizeof *head);
    head->receive = receive, head->transmit = transmit;
    head->receive.completed = head->transmit.completed = 0x1234;
    EXPECT_EQ(user.send(udp_from(53)), 0);
    device.receive(udp_to(53));
    EXPECT_EQ(user.rx.ring->completed, 1u);
    EXPECT_EQ(user.tx.ring->completed, 1u);
}

// --- random writes into all of the memory, while frames come and go ---

bool is_forged(const Packet& frame) {
    if (frame.size() < 14 + 20 + 8) return true;
    const auto* e = reinterpret_cast<const EtherHeader*>(frame.data());
    if (e->src != kOurMac) return true;
    if (e->type == 0x0806) {
        const auto* p = reinterpret_cast<const ArpPacket*>(frame.data() + 14);
        return p->sender_mac != kOurMac || p->sender_ip != kOurs;
    }
    const auto* ip = reinterpret_cast<const Ipv4Header*>(frame.data() + 14);
    const auto* ports = reinterpret_cast<const be16*>(frame.data() + 14 + ip->header_length());
    if (e->type != 0x0800 || ip->src != kOurs) return true;
    return ip->fragment_offset() == 0 && (ports[0] != 53 || (ip->protocol != 17 && ip->protocol != 6));
}

class ChannelStorm : public ChannelHostile, public testing::WithParamInterface<int> {
  protected:
    std::mt19937 random{static_cast<u32>(GetParam())};
    u32 below(u32 n) { return random() % n; }

    void scribble(ChannelUser& user) {
        const usize pages = user.memory.page_count();
        u8* page = static_cast<u8*>(user.memory.page(below(3) ? below(3) : below(static_cast<u32>(pages))));
        for (u32 n = below(20); n > 0; n--) {
            const u32 at = below(4096) & ~3u;
            const u32 value = below(2) ? below(300) : static_cast<u32>(random());
            std::memcpy(page + at, &value, 4);
        }
    }
    // Nearly valid indices, so that the channel is not shut at once.
    void move_indices(ChannelUser& user) {
        for (channel_ring* ring : {&user.memory.receive_ring(), &user.memory.transmit_ring()}) {
            if (below(3)) ring->posted = ring->completed + below(20);
            if (below(3)) ring->reaped = ring->completed;
        }
    }
    void post_nearly_valid(ChannelUser& user) {
        Packet frame = below(2) ? udp_from(53, packets::filled(below(1400)))
                                : tcp_from(53, packets::filled(below(1400)));
        for (u32 n = below(3); n > 0; n--) frame[below(60) % frame.size()] ^= static_cast<u8>(1 << below(8));
        const u32 buffer = below(128);
        std::copy(frame.begin(), frame.end(), user.at(buffer));
        channel_ring& ring = user.memory.transmit_ring();
        user.memory.transmit_slots()[ring.posted % 128] = {buffer,
                                                           0,
                                                           static_cast<u16>(frame.size()),
                                                           static_cast<u16>(below(8)),
                                                           static_cast<u16>(below(2000)),
                                                           0};
        ring.posted++;
    }
    void act(ChannelUser& user) {
        switch (below(8)) {
            case 0: return scribble(user);
            case 1: return move_indices(user);
            case 2: return device.receive(udp_to(53, packets::filled(below(1000))));
            case 3: user->kick(); return;
            case 4: (void)user->poll(nullptr); return;
            case 5: device.keeps = below(2); return device.reclaim();
            case 6: return fake::world().advance(milliseconds(1));
            default: return post_nearly_valid(user);
        }
    }
};

TEST_P(ChannelStorm, HurtsNobody) {
    ChannelUser good = open_flow(kUdp, 54);
    for (int life = 0; life < 60; life++) {
        ChannelUser bad = open(128, 128);
        ASSERT_OK(claim(bad, kUdp, 53));
        ASSERT_OK(claim(bad, kTcp, 53));
        bad.lend(64);
        device.room = below(4) ? -1 : static_cast<long>(below(20));
        for (u32 n = 50 + below(200); n > 0; n--) act(bad);
        if (below(2)) bad.close();
    }
    device.keeps = false;
    device.room = -1;
    fake::world().advance(milliseconds(500));
    for (const Packet& frame : device.sent) ASSERT_FALSE(is_forged(frame));
    device.sent.clear();
    device.receive(udp_to(54));
    EXPECT_EQ(good.received().size(), 1u);
    EXPECT_EQ(good.send(udp_from(54)), 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ChannelStorm, testing::Range(0, 20));

}  // namespace
