// The queues of the virtio socket driver. The test acts as the device.
#include <gtest/gtest.h>

#include "dev/virtio/vsock_queues.h"
#include "fake/net_test.h"
#include "fake/virtio_device.h"
#include "new_mbuf.h"

namespace {

using net::Mbuf;
using net::MbufPtr;
using net::VsockHeader;

std::vector<u8> packet_of(usize payload) {
    std::vector<u8> bytes(sizeof(VsockHeader) + payload);
    for (usize i = 0; i < bytes.size(); i++) bytes[i] = static_cast<u8>(i * 7);
    return bytes;
}

// A queue of either direction with its device. Checks at the end that no mbuf is lost.
template <class Queue>
class Pair {
  public:
    explicit Pair(u16 size) : mbufs_(net::mbuf_usage().in_use()) {
        EXPECT_TRUE(queue.queue().create(size, false).ok());
        device.emplace(queue.queue());
    }
    ~Pair() {
        queue.abandon();
        queue.queue().destroy();
        EXPECT_EQ(net::mbuf_usage().in_use(), mbufs_);
    }
    Queue queue;
    std::optional<fake::VirtioQueueDevice> device;

  private:
    const u64 mbufs_;
};

struct Rx : Pair<dev::VsockRxQueue> {
    explicit Rx(u16 size) : Pair(size) { EXPECT_TRUE(queue.fill().ok()); }
};

constexpr usize kWholeMbuf = net::kMbufSize - sizeof(Mbuf);

TEST(VirtioVsockRx, ABufferIsAChainOfWholeMbufsWithADescriptorForTheHeader) {
    Rx rx(128);
    EXPECT_EQ(rx.queue.mbufs_held(), 14u * 8);
    for (int i = 0; i < 14; i++) {
        const auto chain = rx.device->chain(rx.device->next_head());
        ASSERT_EQ(chain.size(), 9u);
        EXPECT_EQ(chain[0].length, sizeof(VsockHeader));
        EXPECT_EQ(chain[1].data(), chain[0].data() + sizeof(VsockHeader));
        EXPECT_EQ(chain[1].length, kWholeMbuf - sizeof(VsockHeader));
        for (usize d = 2; d < 9; d++) EXPECT_EQ(chain[d].length, kWholeMbuf);
        for (const fake::VirtioDescriptor& d : chain) EXPECT_TRUE(d.writable());
    }
    EXPECT_EQ(rx.device->next_head(), -1);
}

TEST(VirtioVsockRx, ASmallQueueHasShortBuffersInsteadOfFew) {
    for (const auto& [size, descriptors] : {std::pair{4, 1u}, {16, 1u}, {32, 4u}, {64, 8u}}) {
        Rx rx(static_cast<u16>(size));
        EXPECT_EQ(rx.device->chain(rx.device->next_head()).size(), descriptors);
        EXPECT_EQ(rx.device->waiting(), size / descriptors - 1);
    }
}

std::vector<u8> bytes_of(const Mbuf& packet) {
    std::vector<u8> all;
    packet.for_each_range([&](Bytes range) { all.insert(all.end(), range.begin(), range.end()); });
    return all;
}

TEST(VirtioVsockRx, APacketHasTheMbufsThatTheDeviceHasWrittenAndNoOthers) {
    Rx rx(128);
    const usize header = sizeof(VsockHeader);
    net::MbufQueue batch;
    for (const usize length : {header, kWholeMbuf - 1, kWholeMbuf, kWholeMbuf + 1, 3 * kWholeMbuf,
                               8 * kWholeMbuf - 1, 8 * kWholeMbuf}) {
        ASSERT_EQ(rx.device->fill(packet_of(length - header)), length);
        ASSERT_TRUE(rx.queue.take(batch, 32));
        const MbufPtr m = batch.pop_head();
        ASSERT_TRUE(m) << length;
        EXPECT_EQ(bytes_of(*m), packet_of(length - header)) << length;
        EXPECT_EQ(m->chain_count(), (length + kWholeMbuf - 1) / kWholeMbuf) << length;
    }
}

TEST(VirtioVsockRx, EveryBufferIsWholeAgainAfterPacketsOfAnyLength) {
    Rx rx(128);
    net::MbufQueue batch;
    for (usize i = 0; i < 500; i++) {
        const usize payload = i * 7919 % (8 * kWholeMbuf - sizeof(VsockHeader));
        ASSERT_TRUE(rx.device->fill(packet_of(payload)));
        ASSERT_TRUE(rx.queue.take(batch, 32));
        EXPECT_EQ(bytes_of(*batch.pop_head()), packet_of(payload));
        ASSERT_EQ(rx.device->waiting(), 14u);
    }
    for (int i = 0; i < 14; i++) EXPECT_EQ(rx.device->chain(rx.device->next_head()).size(), 9u);
}

TEST(VirtioVsockRx, ReceivedPacketsComeInOrderAndTheirBuffersAreReplaced) {
    Rx rx(4);
    net::MbufQueue batch;
    for (usize round = 0; round < 10; round++) {
        for (usize n = 0; n < 4; n++) ASSERT_EQ(rx.device->fill(packet_of(n)), sizeof(VsockHeader) + n);
        EXPECT_TRUE(rx.queue.take(batch, 32));
        ASSERT_EQ(batch.size(), 4u);
        for (usize n = 0; n < 4; n++) {
            const MbufPtr m = batch.pop_head();
            EXPECT_EQ(std::vector<u8>(m->bytes().begin(), m->bytes().end()), packet_of(n));
        }
        EXPECT_EQ(rx.queue.mbufs_held(), 4u);
    }
    EXPECT_EQ(rx.queue.counters().packets, 40u);
}

TEST(VirtioVsockRx, OneCallTakesNoMoreThanTheBatch) {
    Rx rx(8);
    for (int i = 0; i < 5; i++) rx.device->fill(packet_of(1));
    net::MbufQueue batch;
    EXPECT_TRUE(rx.queue.take(batch, 3));
    EXPECT_EQ(batch.size(), 3u);
    EXPECT_TRUE(rx.queue.queue().pending());
}

TEST(VirtioVsockRx, WhatIsShorterThanAHeaderIsCountedAndItsBufferIsUsedAgain) {
    Rx rx(2);
    for (usize length : {0, 1, 43}) rx.device->fill(Bytes(packet_of(0)).first(length));
    net::MbufQueue batch;
    EXPECT_TRUE(rx.queue.take(batch, 32));
    EXPECT_TRUE(batch.empty());
    EXPECT_EQ(rx.queue.counters().bad, 2u) << "the queue has two buffers";
    EXPECT_EQ(rx.queue.mbufs_held(), 3u) << "and there is the spare one";
    EXPECT_TRUE(rx.device->fill(packet_of(5)));
    EXPECT_TRUE(rx.queue.take(batch, 32));
    EXPECT_EQ(batch.size(), 1u);
}

TEST(VirtioVsockRx, WithoutMbufsPacketsWaitInTheQueue) {
    Rx rx(4);
    rx.device->fill(packet_of(3));
    net::MbufQueue hoard, batch;
    while (MbufPtr m = Mbuf::alloc(0)) hoard.push_tail(std::move(m));
    EXPECT_FALSE(rx.queue.take(batch, 32));
    EXPECT_TRUE(batch.empty());
    EXPECT_EQ(rx.queue.counters().no_mbuf, 1u);
    hoard.pop_head();
    EXPECT_TRUE(rx.queue.take(batch, 32));
    EXPECT_EQ(batch.size(), 1u) << "it was not lost";
}

TEST(VirtioVsockRx, ATooShortSpareBufferIsCompletedLater) {
    Rx rx(128);
    rx.device->fill(packet_of(3));
    net::MbufQueue hoard, batch;
    while (MbufPtr m = Mbuf::alloc(0)) hoard.push_tail(std::move(m));
    for (int mbufs = 0; mbufs < 8; mbufs++) {
        EXPECT_FALSE(rx.queue.take(batch, 32)) << mbufs;
        EXPECT_EQ(rx.queue.mbufs_held(), 112u + static_cast<u32>(mbufs));
        hoard.pop_head();
    }
    EXPECT_TRUE(rx.queue.take(batch, 32));
    EXPECT_EQ(batch.size(), 1u) << "it was not lost";
    EXPECT_EQ(rx.queue.mbufs_held(), 112u + 7u) << "the packet's other mbufs are the next spare buffer";
}

TEST(VirtioVsockRx, ADeviceThatClaimsToHaveWrittenTooMuchBreaksTheQueueAndLosesNoMbuf) {
    Rx rx(4);
    rx.device->finish(static_cast<u32>(rx.device->next_head()), 5000);
    net::MbufQueue batch;
    EXPECT_TRUE(rx.queue.take(batch, 32));
    EXPECT_TRUE(batch.empty());
    EXPECT_TRUE(rx.queue.queue().fault());
}

using Tx = Pair<dev::VsockTxQueue>;

// A packet whose payload is spread over this many further mbufs.
MbufPtr chain_of(usize mbufs) {
    MbufPtr head = new_mbuf(64);
    std::memset(head->put(sizeof(VsockHeader)), 'h', sizeof(VsockHeader));
    for (usize i = 0; i < mbufs; i++) {
        MbufPtr m = new_mbuf(0);
        std::memset(m->put(100), static_cast<int>('0' + i % 10), 100);
        head->append(std::move(m));
    }
    return head;
}

TEST(VirtioVsockTx, AChainOfMbufsIsOneBufferWithoutACopy) {
    Tx tx(8);
    MbufPtr packet = chain_of(3);
    const u8* header = packet->data();
    ASSERT_TRUE(tx.queue.push(packet));
    EXPECT_FALSE(packet);
    const int head = tx.device->next_head();
    const auto chain = tx.device->chain(head);
    ASSERT_EQ(chain.size(), 4u);
    EXPECT_EQ(chain[0].data(), header);
    EXPECT_EQ(tx.device->bytes(head).size(), sizeof(VsockHeader) + 300);
    EXPECT_EQ(tx.queue.mbufs_held(), 4u);
    tx.device->finish(static_cast<u32>(head), 0);
    tx.queue.reclaim();
    EXPECT_EQ(tx.queue.mbufs_held(), 0u);
}

TEST(VirtioVsockTx, APacketThatDoesNotFitStaysWithTheCaller) {
    Tx tx(4);
    MbufPtr first = chain_of(2), second = chain_of(2);
    ASSERT_TRUE(tx.queue.push(first));
    EXPECT_FALSE(tx.queue.half_empty());
    EXPECT_FALSE(tx.queue.push(second));
    ASSERT_TRUE(second);
    EXPECT_EQ(tx.queue.counters().full, 1u);
    tx.device->finish(static_cast<u32>(tx.device->next_head()), 0);
    tx.queue.reclaim();
    EXPECT_TRUE(tx.queue.half_empty());
    EXPECT_TRUE(tx.queue.push(second));
}

TEST(VirtioVsockTx, ASmallQueueLimitsThePayload) {
    EXPECT_EQ(Tx(2).queue.max_payload(), 0u);
    EXPECT_EQ(Tx(256).queue.max_payload(), net::kVsockMaxPayload);
    Tx tx(8);
    const usize full = net::kMbufSize - sizeof(Mbuf);
    EXPECT_EQ(tx.queue.max_payload(), 5 * full);
    MbufPtr packet = chain_of(7);  // the header, five full mbufs, and the ends of the payload
    EXPECT_TRUE(tx.queue.push(packet));
}

TEST(VirtioVsockTx, TheLongestPacketFits) {
    Tx tx(256);
    MbufPtr packet = chain_of(net::kVsockMaxPayload / net::kMbufSize + 2);
    EXPECT_TRUE(tx.queue.push(packet));
}

}  // namespace
