// More neighbours than ARP's cache holds, and a cache without memory.
#include "net_test.h"
#include "new_mbuf.h"

using namespace net;
using packets::Packet;

namespace {

// A second interface, whose network has room for more neighbours than the cache.
struct ManyNeighbours : NetTest {
    FakeDevice wide{{{2, 0, 0, 0, 0, 1}}, "fake1"};
    Interface* out = nullptr;
    void SetUp() override {
        NetTest::SetUp();
        out = value_of(stack->add_interface(wide, {{10, 1, 0, 1}, 16}));
        wide.sent.clear();
    }
    static Ipv4Addr neighbour(u32 i) { return Ipv4Addr{0x0a010100u + i}; }
    static MacAddr mac(u32 i) { return {{2, 0, 0, 0, static_cast<u8>(i >> 8), static_cast<u8>(i)}}; }
    // Sends a packet; false: it waits for a reply to ARP's request.
    bool send(u32 i) {
        MbufPtr m = new_mbuf();
        const Packet p = packets::udp_packet({{10, 1, 0, 1}, neighbour(i), 2000, 7}, {1});
        std::copy(p.begin(), p.end(), m->put(p.size()));
        EXPECT_OK(out->send(std::move(m), out->hop_to(neighbour(i)), WhenFull::Drop));
        const Packet sent = wide.take_sent();
        EXPECT_FALSE(sent.empty());
        return sent[12] == 0x08 && sent[13] == 0x00;
    }
    void meet(u32 i) {
        EXPECT_FALSE(send(i)) << i;
        out->arp().learn(neighbour(i), mac(i), false, fake::world().now);
        wide.sent.clear();
    }
    static long pages() { return fake::world().pages_out - static_cast<long>(mbuf_usage().total / 2); }
    usize size() {
        usize n = 0;
        while (out->arp().at(n)) n++;
        return n;
    }
};

TEST_F(ManyNeighbours, AsksAThousandNeighboursInRotationOnlyOnce) {
    for (u32 i = 0; i < ArpCache::kMost; i++) meet(i);
    for (int round = 0; round < 2; round++) {
        for (u32 i = 0; i < ArpCache::kMost; i++) EXPECT_TRUE(send(i)) << i;
    }
    EXPECT_EQ(size(), ArpCache::kMost);
}

TEST_F(ManyNeighbours, OneMoreReplacesTheOneThatWasUsedLeastRecently) {
    for (u32 i = 0; i < ArpCache::kMost; i++) meet(i);
    for (u32 i = 0; i < ArpCache::kMost; i++) EXPECT_TRUE(send((i + 500) % ArpCache::kMost));
    meet(ArpCache::kMost);
    EXPECT_EQ(size(), ArpCache::kMost);
    EXPECT_TRUE(send(499));
    EXPECT_TRUE(send(501));
    EXPECT_FALSE(send(500));
}

TEST_F(ManyNeighbours, TakeMemoryOnlyAsLongAsTheyAreKnown) {
    const long before = pages();
    for (u32 i = 0; i < ArpCache::kMost; i++) meet(i);
    EXPECT_GT(pages(), before + 20);
    fake::world().advance(seconds(60) + ArpCache::kProbeInterval * (ArpCache::kProbes + 1));
    EXPECT_EQ(size(), 0u);
    EXPECT_LE(pages(), before);
    wide.sent.clear();
    for (u32 i = 0; i < ArpCache::kMost; i++) meet(i);
    EXPECT_EQ(size(), ArpCache::kMost) << "there is room for as many again";
}

// A full cache: 0 has been asked once, 1 was not used since it announced itself, all others were used.
struct FullCache : ManyNeighbours {
    void SetUp() override {
        ManyNeighbours::SetUp();
        out->arp().learn(neighbour(1), mac(1), true, fake::world().now);
        for (u32 i = 2; i < ArpCache::kMost; i++) meet(i);
        EXPECT_FALSE(send(0));
    }
    void TearDown() override {
        EXPECT_EQ(size(), ArpCache::kMost);
        wide.sent.clear();
        ManyNeighbours::TearDown();
    }
};

TEST_F(FullCache, OneMoreReplacesOneThatNobodyUsed) {
    meet(ArpCache::kMost);
    EXPECT_FALSE(send(1));
}

TEST_F(FullCache, OneMoreReplacesNobodyForWhomAPacketWaited) {
    out->arp().learn(neighbour(0), mac(0), false, fake::world().now);
    wide.sent.clear();
    meet(ArpCache::kMost);
    EXPECT_TRUE(send(0));
}

TEST_F(FullCache, AStrangersReplyReplacesNobody) {
    out->arp().learn(neighbour(5000), mac(1), false, fake::world().now);
    EXPECT_TRUE(send(1));
    EXPECT_FALSE(send(5000));
    EXPECT_FALSE(send(0));
}

TEST_F(FullCache, AStrangersRequestReplacesNobodyInUse) {
    EXPECT_TRUE(send(1));
    out->arp().learn(neighbour(5000), mac(1), true, fake::world().now);
    EXPECT_FALSE(send(5000));
}

TEST_F(FullCache, OneMoreReplacesOneThatDoesNotReplyToTheSecondRequest) {
    fake::world().advance(ArpCache::kFastInterval);
    wide.sent.clear();
    meet(ArpCache::kMost);
    for (u32 i = 1; i <= ArpCache::kMost; i++) EXPECT_TRUE(send(i)) << i;
}

TEST_F(ManyNeighbours, WithoutMemoryReplaceEachOther) {
    meet(1);
    fake::world().pages_left = 0;
    u32 known = 2;
    for (; size() == known - 1; known++) meet(known);  // until the page is full
    EXPECT_TRUE(send(known - 1));
    EXPECT_EQ(size(), known - 2);
    EXPECT_FALSE(send(1)) << "it was used least recently";
}

// The entry of a neighbour that was used, and had been asked often, serves another.
TEST_F(ManyNeighbours, WithoutMemoryNothingOfTheFormerNeighbourIsLeft) {
    meet(1);
    EXPECT_TRUE(send(1));
    fake::world().advance(seconds(60));  // 1 is asked whether it is still there
    fake::world().pages_left = 0;
    u32 known = 2;
    for (; size() == known - 1; known++) meet(known);
    wide.sent.clear();
    EXPECT_FALSE(send(known)) << "in place of the one that was used least recently";
    for (int i = 1; i < ArpCache::kMaxRequests; i++) {
        fake::world().advance(i < ArpCache::kFastRequests ? ArpCache::kFastInterval
                                                          : ArpCache::kSlowInterval);
    }
    EXPECT_EQ(count(Stat::arp_unresolved), 0u);
    wide.sent.clear();
    out->arp().learn(neighbour(known + 1), mac(known + 1), true, fake::world().now);
    fake::world().advance(seconds(61));
    EXPECT_EQ(size(), 0u) << "nobody has used it, so it is not asked";
    wide.sent.clear();
}

TEST_F(ManyNeighbours, WithoutMemoryForTheFirstThePacketIsLost) {
    MbufPtr m = new_mbuf();
    fake::world().pages_left = 0;
    ArpCache poor(*out);
    EXPECT_EQ(poor.resolve(neighbour(1), std::move(m), fake::world().now).error(), Errno::NoBufs);
    EXPECT_EQ(count(Stat::no_mbuf), 1u);
    EXPECT_FALSE(poor.at(0));
}

}  // namespace
