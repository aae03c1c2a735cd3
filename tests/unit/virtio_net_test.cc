// The queues of virtio-net. The test acts as the device.
#include <gtest/gtest.h>

#include <numeric>

#include "dev/virtio/net_rx.h"
#include "dev/virtio/net_tx.h"
#include "fake/virtio_device.h"
#include "new_mbuf.h"
#include "world.h"

namespace {

using dev::VirtioNetHeader;
using net::Mbuf;
using net::MbufPtr;
using net::MbufQueue;
using net::Offload;

std::vector<u8> frame_of(usize length, u8 seed = 1) {
    std::vector<u8> f(length);
    std::iota(f.begin(), f.end(), seed);
    return f;
}

std::vector<u8> bytes_of(const Mbuf& m) {
    std::vector<u8> all;
    m.for_each_range([&all](Bytes b) { all.insert(all.end(), b.begin(), b.end()); });
    return all;
}

// Checks that every mbuf and page is back at the end.
class VirtioNetQueues : public testing::Test {
  protected:
    void SetUp() override {
        fake::world().reset();
        mbufs_ = net::mbuf_usage().in_use();
    }
    void TearDown() override {
        hoard_.clear();
        EXPECT_EQ(net::mbuf_usage().in_use(), mbufs_);
        fake::world().reset();
    }
    // Memory is exhausted until hoard_ is cleared.
    void exhaust_mbufs() {
        fake::world().pages_left = 0;
        while (MbufPtr m = Mbuf::alloc()) hoard_.push_tail(std::move(m));
    }

    MbufQueue hoard_;
    u64 mbufs_ = 0;
};

// --- receiving -------------------------------------------------------------------------------------------

class VirtioRx : public VirtioNetQueues {
  protected:
    static constexpr u16 kSize = 16;
    void SetUp() override {
        VirtioNetQueues::SetUp();
        start(true, true);
    }
    void start(bool merged, bool checksums) {
        if (device_) rx_.release();
        ASSERT_TRUE(rx_.queue().create(kSize, false).ok());
        ASSERT_TRUE(rx_.fill(merged, checksums).ok());
        device_.emplace(rx_.queue());
    }
    void TearDown() override {
        batch_.clear();
        rx_.release();
        VirtioNetQueues::TearDown();
    }
    // The device puts a frame into as many buffers as it needs. buffers: what the header says; -1: the truth.
    void receive(const std::vector<u8>& frame, u8 flags = 0, int buffers = -1) {
        std::vector<u8> packet(sizeof(VirtioNetHeader));
        packet.insert(packet.end(), frame.begin(), frame.end());
        auto& h = *reinterpret_cast<VirtioNetHeader*>(packet.data());
        h.flags = flags;
        h.buffers = static_cast<u16>(buffers < 0 ? (packet.size() + kBuffer - 1) / kBuffer : buffers);
        for (usize at = 0; at < packet.size();) at += device_->fill(Bytes(packet).subspan(at)).value();
    }
    u32 take(u32 limit = kSize) { return rx_.take(batch_, limit); }
    // Every buffer is with the device again.
    void expect_full() {
        EXPECT_EQ(rx_.queue().in_flight(), kSize);
        EXPECT_EQ(rx_.mbufs_held(), kSize);
        EXPECT_EQ(net::mbuf_usage().in_use(), mbufs_ + kSize + batch_.size() + hoard_.size());
    }

    static constexpr usize kBuffer =
        net::kMbufSize - sizeof(Mbuf) - dev::kRxReserve + sizeof(VirtioNetHeader);
    std::optional<fake::VirtioQueueDevice> device_;
    dev::VirtioRx rx_;
    MbufQueue batch_;
};

TEST_F(VirtioRx, PassesAFrameOnWithoutItsHeaderAndReplacesItsBuffer) {
    const auto frame = frame_of(60);
    receive(frame);
    EXPECT_EQ(take(), 1u);
    ASSERT_EQ(batch_.size(), 1u);
    EXPECT_EQ(bytes_of(*batch_.front()), frame);
    EXPECT_EQ(batch_.front()->headroom(), dev::kRxReserve);
    EXPECT_EQ(batch_.front()->offload(), Offload::None);
    EXPECT_EQ(rx_.counters().packets, 1u);
    EXPECT_EQ(rx_.counters().bytes, 60u);
    EXPECT_EQ(take(), 0u);
    expect_full();
}

TEST_F(VirtioRx, TheLongestFrameFitsIntoOneBuffer) {
    start(false, false);
    const auto frame = frame_of(dev::kMaxFrame);
    receive(frame);
    EXPECT_EQ(take(), 1u);
    EXPECT_EQ(bytes_of(*batch_.front()), frame);
    EXPECT_FALSE(batch_.front()->more());
}

TEST_F(VirtioRx, APacketInSeveralBuffersIsAChain) {
    const auto frame = frame_of(3 * kBuffer);  // with the header, 4 buffers
    receive(frame);
    EXPECT_EQ(take(), 4u);
    ASSERT_EQ(batch_.size(), 1u);
    EXPECT_EQ(batch_.front()->chain_count(), 4u);
    EXPECT_EQ(bytes_of(*batch_.front()), frame);
    EXPECT_EQ(rx_.counters().packets, 1u);
    EXPECT_EQ(rx_.counters().bytes, frame.size());
    batch_.clear();
    expect_full();
}

TEST_F(VirtioRx, MarksWhatTheDeviceHasVerified) {
    for (const u8 flags : {VirtioNetHeader::kNeedsCsum, VirtioNetHeader::kDataValid}) {
        receive(frame_of(60), flags);
        take();
        MbufPtr m = batch_.pop_head();
        EXPECT_TRUE(m->take_verified());
        EXPECT_FALSE(m->take_verified()) << "the mark is taken off";
        EXPECT_TRUE(m->is_simple());
    }
}

TEST_F(VirtioRx, WithoutTheFeatureIgnoresFlagsAndTheNumberOfBuffers) {
    start(false, false);
    receive(frame_of(60), 0xff, 9);
    EXPECT_EQ(take(), 1u);
    EXPECT_EQ(batch_.front()->offload(), Offload::None);
    EXPECT_FALSE(rx_.queue().fault());
}

TEST_F(VirtioRx, StopsNearItsLimit) {
    for (int i = 0; i < 5; i++) receive(frame_of(60));
    EXPECT_EQ(take(2), 2u);
    EXPECT_EQ(take(2), 2u);
    EXPECT_EQ(take(2), 1u);
}

TEST_F(VirtioRx, WithoutMbufsDropsFramesAndKeepsItsBuffers) {
    exhaust_mbufs();
    receive(frame_of(60));
    receive(frame_of(2 * kBuffer));
    EXPECT_EQ(take(), 4u);
    EXPECT_TRUE(batch_.empty());
    EXPECT_EQ(rx_.counters().no_mbuf, 2u);
    expect_full();
    hoard_.clear();
    receive(frame_of(100, 7));
    EXPECT_EQ(take(), 1u);
    EXPECT_EQ(bytes_of(*batch_.front()), frame_of(100, 7)) << "as soon as there is memory";
}

TEST_F(VirtioRx, WithTooFewMbufsForAChainDropsAllOfIt) {
    exhaust_mbufs();
    hoard_.pop_head();
    hoard_.pop_head();
    receive(frame_of(3 * kBuffer));
    EXPECT_EQ(take(), 4u);
    EXPECT_TRUE(batch_.empty());
    EXPECT_EQ(rx_.counters().no_mbuf, 1u);
    expect_full();
}

TEST_F(VirtioRx, AtTheStartWithoutMbufsHoldsNothing) {
    dev::VirtioRx other;
    ASSERT_TRUE(other.queue().create(kSize, false).ok());
    const u64 before = net::mbuf_usage().in_use();
    exhaust_mbufs();
    EXPECT_EQ(other.fill(true, true).error(), Errno::NoMem);
    hoard_.clear();
    EXPECT_EQ(net::mbuf_usage().in_use(), before);
    EXPECT_EQ(other.mbufs_held(), 0u);
    other.release();
}

TEST_F(VirtioRx, AFrameWithoutAnEthernetHeaderIsBad) {
    for (usize length = 0; length < dev::kEthernetHeader; length++) receive(frame_of(length));
    device_->finish(static_cast<u32>(device_->next_head()), 3);
    EXPECT_EQ(take(), dev::kEthernetHeader + 1);
    EXPECT_TRUE(batch_.empty());
    EXPECT_EQ(rx_.counters().bad, dev::kEthernetHeader + 1);
    expect_full();
}

TEST_F(VirtioRx, ADeviceThatPromisesMoreBuffersThanItReturnsIsNotBelieved) {
    for (const int claimed : {0, 2, 5, 0xffff}) {
        receive(frame_of(60), 0, claimed);
        EXPECT_EQ(take(), 0u) << claimed;
        EXPECT_TRUE(batch_.empty());
        EXPECT_TRUE(rx_.queue().fault());
        start(true, true);
    }
}

TEST_F(VirtioRx, ReleasesAllMbufsOfABrokenQueue) {
    receive(frame_of(60));
    device_->used_index() = 500;
    EXPECT_EQ(take(), 0u);
    EXPECT_TRUE(rx_.queue().fault());
    rx_.release();
    EXPECT_EQ(net::mbuf_usage().in_use(), mbufs_);
    EXPECT_EQ(rx_.mbufs_held(), 0u);
}

TEST_F(VirtioRx, ShowsAnIdleHartWhereToLook) {
    EXPECT_FALSE(rx_.watch().pending());
    const dev::RxWatch watch = rx_.watch();
    receive(frame_of(60));
    EXPECT_TRUE(watch.pending());
    take();
    EXPECT_FALSE(rx_.watch().pending());
}

// --- sending ---------------------------------------------------------------------------------------------

class VirtioTx : public VirtioNetQueues {
  protected:
    static constexpr u16 kSize = 16;
    void SetUp() override {
        VirtioNetQueues::SetUp();
        ASSERT_TRUE(tx_.queue().create(kSize, false).ok());
        device_.emplace(tx_.queue());
    }
    void TearDown() override {
        tx_.release();
        VirtioNetQueues::TearDown();
    }
    MbufPtr frame(usize length, usize headroom = net::kDefaultHeadroom) {
        MbufPtr m = new_mbuf(headroom);
        const auto bytes = frame_of(length);
        std::copy(bytes.begin(), bytes.end(), m->put(length));
        return m;
    }
    // Headers of 54 bytes, and `pieces` fragments of 100 bytes, which live in another mbuf.
    MbufPtr scattered(usize pieces) {
        MbufPtr m = frame(54), owner = frame(1000);
        for (usize i = 0; i < pieces; i++) EXPECT_TRUE(m->attach(*owner, owner->data() + i, 100));
        return m;
    }
    // What the device sends next: header and frame.
    std::pair<VirtioNetHeader, std::vector<u8>> sent() {
        const int head = device_->next_head();
        EXPECT_GE(head, 0);
        std::vector<u8> all = device_->bytes(head);
        VirtioNetHeader h;
        std::copy_n(all.begin(), sizeof h, reinterpret_cast<u8*>(&h));
        all.erase(all.begin(), all.begin() + sizeof h);
        device_->finish(static_cast<u32>(head), 0);
        return {h, all};
    }

    std::optional<fake::VirtioQueueDevice> device_;
    dev::VirtioTx tx_;
};

TEST_F(VirtioTx, SendsASimpleFrameInOneDescriptorWithAnEmptyHeader) {
    MbufPtr m = frame(60);
    ASSERT_TRUE(tx_.push(m));
    EXPECT_FALSE(m);
    EXPECT_EQ(tx_.queue().free_descriptors(), kSize - 1);
    EXPECT_EQ(tx_.mbufs_held(), 1u);
    const auto [header, bytes] = sent();
    EXPECT_EQ(header.flags, 0);
    EXPECT_EQ(header.gso_type, VirtioNetHeader::kGsoNone);
    EXPECT_EQ(bytes, frame_of(60));
    EXPECT_EQ(tx_.counters().bytes, 60u) << "without the header";
    tx_.reclaim();
    EXPECT_EQ(tx_.mbufs_held(), 0u);
    EXPECT_EQ(net::mbuf_usage().in_use(), mbufs_);
}

TEST_F(VirtioTx, AFrameWithoutHeadroomGetsAHeaderOfItsOwn) {
    MbufPtr m = frame(60, 11);
    ASSERT_TRUE(tx_.push(m));
    EXPECT_EQ(tx_.queue().free_descriptors(), kSize - 2);
    EXPECT_EQ(sent().second, frame_of(60));
}

TEST_F(VirtioTx, AFullQueueLeavesTheFrameWithItsSender) {
    for (u16 i = 0; i < kSize; i++) {
        MbufPtr m = frame(60);
        ASSERT_TRUE(tx_.push(m));
    }
    EXPECT_TRUE(tx_.full());
    MbufPtr late = frame(77), late_scattered = scattered(2);
    EXPECT_FALSE(tx_.push(late));
    EXPECT_FALSE(tx_.push(late_scattered));
    ASSERT_TRUE(late && late_scattered);
    EXPECT_EQ(bytes_of(*late), frame_of(77)) << "unchanged: it can be sent later";
    EXPECT_EQ(late_scattered->length(), 54u);
    sent();
    tx_.reclaim();
    EXPECT_TRUE(tx_.push(late));
}

TEST_F(VirtioTx, ReclaimsWhenHalfOfTheDescriptorsAreInUse) {
    for (int i = 0; i < 3 * kSize; i++) {
        tx_.reclaim_if_half_full();
        MbufPtr m = frame(60);
        ASSERT_TRUE(tx_.push(m));
        sent();
        EXPECT_LE(tx_.mbufs_held(), kSize / 2 + 1u);
    }
}

TEST_F(VirtioTx, GathersTheFragmentsOfAFrame) {
    MbufPtr m = scattered(3);
    const auto want = bytes_of(*m);
    ASSERT_TRUE(tx_.push(m));
    EXPECT_EQ(tx_.queue().free_descriptors(), kSize - 4);
    EXPECT_EQ(sent().second, want);
    tx_.reclaim();
    EXPECT_EQ(net::mbuf_usage().in_use(), mbufs_) << "the owner of the fragments, too";
}

TEST_F(VirtioTx, AsksForAChecksum) {
    MbufPtr m = scattered(1);
    m->set_offload(Offload::TcpChecksum);
    const auto want = bytes_of(*m);
    ASSERT_TRUE(tx_.push(m));
    const auto [header, bytes] = sent();
    EXPECT_EQ(header.flags, VirtioNetHeader::kNeedsCsum);
    EXPECT_EQ(header.gso_type, VirtioNetHeader::kGsoNone);
    EXPECT_EQ(header.checksum_start, 34);
    EXPECT_EQ(header.checksum_offset, 16);
    EXPECT_EQ(bytes, want) << "the sum of the pseudo header stays";
}

TEST_F(VirtioTx, AsksForSegmentsAndAddsTheLengthToThePseudoHeader) {
    MbufPtr m = scattered(5);
    m->set_offload(Offload::TcpSegments, 200);
    m->data()[50] = 0xff, m->data()[51] = 0xf0;
    ASSERT_TRUE(tx_.push(m));
    const auto [header, bytes] = sent();
    EXPECT_EQ(header.flags, VirtioNetHeader::kNeedsCsum);
    EXPECT_EQ(header.gso_type, VirtioNetHeader::kGsoTcp4);
    EXPECT_EQ(header.header_length, 54);
    EXPECT_EQ(header.segment_size, 200);
    const u32 sum = 0xfff0 + 20 + 500;  // the TCP header and the payload
    EXPECT_EQ(bytes[50] << 8 | bytes[51], static_cast<int>((sum & 0xffff) + (sum >> 16)));
}

TEST_F(VirtioTx, OnABrokenQueueFramesStayWithTheirSenders) {
    for (int i = 0; i < 3; i++) {
        MbufPtr m = frame(60);
        ASSERT_TRUE(tx_.push(m));
    }
    device_->finish(0x1234, 0);
    tx_.reclaim();
    EXPECT_TRUE(tx_.queue().fault());
    MbufPtr m = frame(60), n = scattered(1);
    EXPECT_FALSE(tx_.push(m));
    EXPECT_FALSE(tx_.push(n));
    EXPECT_TRUE(m && n);
    tx_.release();
    m.reset(), n.reset();
    EXPECT_EQ(net::mbuf_usage().in_use(), mbufs_) << "nothing leaks";
}

// --- features --------------------------------------------------------------------------------------------

TEST(VirtioNetFeatures, AnySubsetIsConsistent) {
    using namespace dev::virtio_net;
    constexpr u64 kKnown[] = {kCsum,     kGuestCsum, kMac,    kGuestTso4,
                              kHostTso4, kMrgRxbuf,  kStatus, u64{1} << 17};
    for (u32 subset = 0; subset < 1u << std::size(kKnown); subset++) {
        u64 offered = 0;
        for (usize i = 0; i < std::size(kKnown); i++) offered |= subset >> i & 1 ? kKnown[i] : 0;
        const u64 chosen = choose_features(offered);
        EXPECT_EQ(chosen & ~offered, 0u);
        EXPECT_FALSE(chosen & u64{1} << 17) << "unknown to the driver";
        EXPECT_TRUE(!(chosen & kHostTso4) || chosen & kCsum);
        EXPECT_TRUE(!(chosen & kGuestTso4) || (chosen & kGuestCsum && chosen & kMrgRxbuf));
    }
    EXPECT_EQ(choose_features(~u64{0}),
              kCsum | kGuestCsum | kMac | kGuestTso4 | kHostTso4 | kMrgRxbuf | kStatus);
}

}  // namespace
