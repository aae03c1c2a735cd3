// The E1000's rings with a fake device.
#include <gtest/gtest.h>

#include <memory>
#include <numeric>

#include "dev/e1000_hw.h"
#include "fake/e1000_device.h"
#include "new_mbuf.h"
#include "world.h"

namespace {

using dev::E1000Reg;
using dev::kRingSize;
using net::Mbuf;
using net::MbufPtr;
using net::MbufQueue;

std::vector<u8> frame_of(usize length, u8 seed = 1) {
    std::vector<u8> f(length);
    std::iota(f.begin(), f.end(), seed);
    return f;
}

struct alignas(4096) Page {
    u8 bytes[4096] = {};
};

// Checks that every mbuf is back in the pool at the end.
class Rings : public testing::Test {
  protected:
    void SetUp() override {
        fake::world().reset();
        in_use_before_ = net::mbuf_usage().in_use();
    }
    void TearDown() override {
        rx_.release();
        tx_.release();
        hoard_.clear();
        EXPECT_EQ(net::mbuf_usage().in_use(), in_use_before_);
        fake::world().reset();
    }

    // Memory is exhausted until hoard_ is cleared.
    void exhaust_mbufs() {
        fake::world().pages_left = 0;
        while (MbufPtr m = Mbuf::alloc()) hoard_.push_tail(std::move(m));
    }

    fake::E1000Device nic_;
    std::unique_ptr<Page> page_ = std::make_unique<Page>();
    dev::RxRing rx_;
    dev::TxRing tx_;
    MbufQueue hoard_;
    u64 in_use_before_ = 0;
};

// --- receiving -------------------------------------------------------------------------------------------

class RxRing : public Rings {
  protected:
    void SetUp() override {
        Rings::SetUp();
        ASSERT_TRUE(rx_.fill(page_.get()).ok());
        dev::e1000_start_receiver(nic_, mm::phys_of(page_.get()), rx_.tail());
    }
    bool receive(usize length = 60, u8 seed = 1) { return nic_.receive(frame_of(length, seed)); }
    u32 take(u32 limit = kRingSize) { return rx_.take(batch_, limit); }
    void return_slots() {
        nic_.write(E1000Reg::Rdt, rx_.tail());
        rx_.told(rx_.tail());
    }
    std::vector<u8> next_frame() {
        MbufPtr m = batch_.pop_head();
        return m ? std::vector<u8>(m->bytes().begin(), m->bytes().end()) : std::vector<u8>{};
    }
    void TearDown() override {
        batch_.clear();
        Rings::TearDown();
    }

    MbufQueue batch_;
};

TEST_F(RxRing, HasNothingPendingAtFirst) {
    EXPECT_FALSE(rx_.pending());
    EXPECT_EQ(take(), 0u);
}

TEST_F(RxRing, TakesAFrameAsItCame) {
    receive(777, 9);
    EXPECT_TRUE(rx_.pending());
    EXPECT_EQ(take(), 1u);
    EXPECT_EQ(next_frame(), frame_of(777, 9));
    EXPECT_FALSE(rx_.pending());
    EXPECT_EQ(rx_.counters().packets, 1u);
    EXPECT_EQ(rx_.counters().bytes, 777u);
}

TEST_F(RxRing, PutsTheIpHeaderOnAMultipleOfFourAndLeavesHeadroom) {
    receive();
    take();
    MbufPtr m = batch_.pop_head();
    EXPECT_EQ((reinterpret_cast<uptr>(m->data()) + 14) % 4, 0u);
    EXPECT_GE(m->headroom(), net::kDefaultHeadroom);
}

TEST_F(RxRing, HasRoomForTheLongestFrameTheHardwareWrites) {
    EXPECT_TRUE(receive(1522));
    take();
    EXPECT_EQ(next_frame(), frame_of(1522));
}

TEST_F(RxRing, TakesFramesInOrderAndNoMoreThanTheLimit) {
    for (u8 i = 0; i < 10; i++) receive(60, i);
    EXPECT_EQ(take(4), 4u);
    EXPECT_EQ(batch_.size(), 4u);
    EXPECT_EQ(take(), 6u);
    for (u8 i = 0; i < 10; i++) EXPECT_EQ(next_frame(), frame_of(60, i));
}

TEST_F(RxRing, DoesNotLookBeyondADescriptorThatIsNotDone) {
    reinterpret_cast<dev::RxDescriptor*>(page_.get())[1].status = dev::rxd::kDone | dev::rxd::kEndOfPacket;
    EXPECT_FALSE(rx_.pending());
    EXPECT_EQ(take(), 0u);
}

TEST_F(RxRing, HoldsOneSlotBackSoThatFullIsNotEmpty) {
    for (u32 i = 0; i < kRingSize - 1; i++) ASSERT_TRUE(receive());
    EXPECT_FALSE(receive()) << "at the 256th, head == tail";
    EXPECT_EQ(take(), kRingSize - 1);
    return_slots();
    EXPECT_TRUE(receive());
}

TEST_F(RxRing, ReceivesABurstOf256WhenSlotsReturnMeanwhile) {
    u32 lost = 0;
    for (u32 i = 0; i < 256; i++) {
        if (!receive(60, static_cast<u8>(i))) lost++;
        if (i % 128 == 127) {
            take();
            return_slots();
        }
    }
    EXPECT_EQ(lost, 0u);
    for (u32 i = 0; i < 256; i++) EXPECT_EQ(next_frame(), frame_of(60, static_cast<u8>(i)));
}

TEST_F(RxRing, WrapsManyTimes) {
    for (u32 i = 0; i < 5 * kRingSize; i++) {
        ASSERT_TRUE(receive(60 + i % 100, static_cast<u8>(i)));
        ASSERT_EQ(take(), 1u);
        ASSERT_EQ(next_frame(), frame_of(60 + i % 100, static_cast<u8>(i)));
        if (rx_.unreturned() >= 32) return_slots();
    }
    EXPECT_EQ(nic_.times_written(E1000Reg::Rdt), 1u + 5 * kRingSize / 32) << "one write per 32 slots";
}

TEST_F(RxRing, KnowsHowManySlotsTheHardwareHasNotGotBack) {
    EXPECT_EQ(rx_.unreturned(), 0u);
    for (int i = 0; i < 3; i++) receive();
    take();
    EXPECT_EQ(rx_.unreturned(), 3u);
    return_slots();
    EXPECT_EQ(rx_.unreturned(), 0u);
}

TEST_F(RxRing, DropsAFrameWhenNoMbufCanReplaceItAndKeepsTheSlotFilled) {
    exhaust_mbufs();
    receive();
    EXPECT_EQ(take(), 1u);
    EXPECT_TRUE(batch_.empty());
    EXPECT_EQ(rx_.counters().no_mbuf, 1u);
    EXPECT_EQ(rx_.counters().packets, 0u);
}

TEST_F(RxRing, NeverStarvesHoweverLongThePoolStaysEmpty) {
    exhaust_mbufs();
    for (u32 i = 0; i < 3 * kRingSize; i++) {
        ASSERT_TRUE(receive());
        ASSERT_EQ(take(), 1u);
        return_slots();
    }
    EXPECT_EQ(rx_.counters().no_mbuf, 3u * kRingSize);

    hoard_.clear();
    receive(99, 5);
    take();
    EXPECT_EQ(next_frame(), frame_of(99, 5)) << "the first frame after memory is free again";
}

TEST_F(RxRing, DropsFramesWithAnErrorAndReusesTheirBuffers) {
    for (u8 error : {0x01, 0x02, 0x04, 0x10, 0x80}) nic_.receive(frame_of(60), dev::rxd::kEndOfPacket, error);
    const u64 in_use = net::mbuf_usage().in_use();
    EXPECT_EQ(take(), 5u);
    EXPECT_TRUE(batch_.empty());
    EXPECT_EQ(rx_.counters().bad, 5u);
    EXPECT_EQ(net::mbuf_usage().in_use(), in_use);
}

TEST_F(RxRing, DoesNotTakeAChecksumVerdictForAFrameError) {
    nic_.receive(frame_of(60), dev::rxd::kEndOfPacket, 0x60);  // TCPE, IPE
    take();
    EXPECT_EQ(batch_.size(), 1u);
}

TEST_F(RxRing, CountsAFrameOverSeveralDescriptorsOnceAndSkipsAllOfIt) {
    nic_.receive(frame_of(1500), 0);
    nic_.receive(frame_of(1500), 0);
    nic_.receive(frame_of(100), dev::rxd::kEndOfPacket);
    receive(60, 3);
    EXPECT_EQ(take(), 4u);
    EXPECT_EQ(batch_.size(), 1u);
    EXPECT_EQ(next_frame(), frame_of(60, 3));
    EXPECT_EQ(rx_.counters().bad, 1u);
}

TEST_F(RxRing, RemembersALongFrameBetweenTwoBatches) {
    nic_.receive(frame_of(1500), 0);
    EXPECT_EQ(take(), 1u);
    nic_.receive(frame_of(100), dev::rxd::kEndOfPacket);
    EXPECT_EQ(take(), 1u);
    EXPECT_TRUE(batch_.empty());
    EXPECT_EQ(rx_.counters().bad, 1u);
}

TEST_F(RxRing, DropsALengthThatNoBufferHas) {
    receive();
    reinterpret_cast<dev::RxDescriptor*>(page_.get())[0].length = 0xffff;
    EXPECT_EQ(take(), 1u);
    EXPECT_TRUE(batch_.empty());
    EXPECT_EQ(rx_.counters().bad, 1u);
}

TEST_F(RxRing, HoldsAnMbufASlotWhateverHappens) {
    const u64 in_use = net::mbuf_usage().in_use();
    EXPECT_EQ(rx_.mbufs_held(), kRingSize);
    for (int i = 0; i < 100; i++) receive();
    take();
    batch_.clear();
    EXPECT_EQ(net::mbuf_usage().in_use(), in_use);
}

TEST_F(Rings, FillingFailsCleanlyWithTooFewMbufs) {
    exhaust_mbufs();
    for (int i = 0; i < 100; i++) hoard_.pop_head();
    EXPECT_EQ(rx_.fill(page_.get()).error(), Errno::NoMem);
    EXPECT_EQ(rx_.mbufs_held(), 0u);
}

// --- sending ---------------------------------------------------------------------------------------------

class TxRing : public Rings {
  protected:
    void SetUp() override {
        Rings::SetUp();
        tx_.use(page_.get());
        dev::e1000_start_transmitter(nic_, mm::phys_of(page_.get()));
    }
    void send(usize length = 60, u8 seed = 1) {
        MbufPtr m = new_mbuf();
        const auto bytes = frame_of(length, seed);
        std::copy(bytes.begin(), bytes.end(), m->put(length));
        tx_.push(std::move(m));
        nic_.write(E1000Reg::Tdt, tx_.tail());
    }
    void fill_ring() {
        nic_.stalled = true;
        while (!tx_.full()) send();
    }
};

TEST_F(TxRing, SendsAFrameAndFreesItAtTheNextReclaim) {
    send(333, 7);
    ASSERT_EQ(nic_.sent.size(), 1u);
    EXPECT_EQ(nic_.sent[0], frame_of(333, 7));
    EXPECT_EQ(tx_.mbufs_held(), 1u);
    tx_.reclaim();
    EXPECT_EQ(tx_.mbufs_held(), 0u);
    EXPECT_EQ(net::mbuf_usage().in_use(), in_use_before_);
    EXPECT_EQ(tx_.counters().packets, 1u);
    EXPECT_EQ(tx_.counters().bytes, 333u);
}

TEST_F(TxRing, AsksForTheEndOfPacketTheCrcAndAReportButNoDelay) {
    send();
    const auto& d = *reinterpret_cast<const dev::TxDescriptor*>(page_.get());
    EXPECT_EQ(d.command, 0x0b);  // EOP, IFCS, RS; no IDE (0x80)
}

TEST_F(TxRing, KeepsFramesThatAreNotSentYet) {
    nic_.stalled = true;
    send();
    send();
    tx_.reclaim();
    EXPECT_EQ(tx_.mbufs_held(), 2u);
    nic_.transmit(1);
    tx_.reclaim();
    EXPECT_EQ(tx_.mbufs_held(), 1u);
}

TEST_F(TxRing, IsFullWithOneSlotFree) {
    fill_ring();
    EXPECT_EQ(tx_.mbufs_held(), kRingSize - 1);
    EXPECT_NE(nic_.at(E1000Reg::Tdt), nic_.at(E1000Reg::Tdh)) << "a full ring must not look empty";
}

TEST_F(TxRing, HasRoomAgainAfterOneFrameIsDone) {
    fill_ring();
    tx_.reclaim();
    EXPECT_TRUE(tx_.full());
    nic_.transmit(1);
    tx_.reclaim();
    EXPECT_FALSE(tx_.full());
    send();
    EXPECT_TRUE(tx_.full());
}

TEST_F(TxRing, WrapsManyTimesInOrder) {
    for (u32 i = 0; i < 5 * kRingSize; i++) {
        send(60 + i % 50, static_cast<u8>(i));
        tx_.reclaim();
        ASSERT_EQ(nic_.sent.back(), frame_of(60 + i % 50, static_cast<u8>(i)));
    }
    EXPECT_EQ(nic_.sent.size(), 5u * kRingSize);
    EXPECT_EQ(tx_.mbufs_held(), 0u);
}

TEST_F(TxRing, EmptiesAfterABurstThatFilledIt) {
    fill_ring();
    nic_.transmit(kRingSize);
    tx_.reclaim();
    EXPECT_EQ(tx_.mbufs_held(), 0u);
    EXPECT_EQ(nic_.sent.size(), kRingSize - 1u);
}

TEST_F(TxRing, ReleaseFreesWhatWasNeverSent) {
    nic_.stalled = true;
    for (int i = 0; i < 10; i++) send();
    tx_.release();
    EXPECT_EQ(net::mbuf_usage().in_use(), in_use_before_);
}

// --- frame lengths -----------------------------------------------------------------------------------------

MbufPtr frame_for_wire(usize length, usize headroom = net::kDefaultHeadroom) {
    MbufPtr m = new_mbuf(headroom);
    std::fill_n(m->data(), m->tailroom(), u8{0xaa});  // old contents of the buffer
    m->put(length);
    return m;
}

TEST(E1000Frame, IsPaddedTo60WithZerosNotWithOldContents) {
    for (usize length = 14; length < 60; length++) {
        MbufPtr m = frame_for_wire(length);
        ASSERT_TRUE(dev::make_fit_for_wire(*m).ok());
        ASSERT_EQ(m->length(), 60u);
        for (usize i = 0; i < 60; i++) ASSERT_EQ(m->data()[i], i < length ? 0xaa : 0) << length;
    }
}

// The usual way writes 48 bytes of zeros, whatever the frame's length.
TEST(E1000Frame, IsPaddedInTheLastBytesOfItsMbufToo) {
    for (usize room : {18u, 47u, 48u, 100u}) {
        MbufPtr m = frame_for_wire(42, net::kMbufRoom - 42 - room);
        EXPECT_EQ(dev::fits_wire(*m), room >= 48) << room;
        ASSERT_TRUE(dev::make_fit_for_wire(*m).ok()) << room;
        ASSERT_EQ(m->length(), 60u);
        for (usize i = 42; i < 60; i++) ASSERT_EQ(m->data()[i], 0) << room;
    }
}

TEST(E1000Frame, FitsWithoutFurtherWorkIfItIsOneRange) {
    for (usize length : {0u, 13u, 1515u}) EXPECT_FALSE(dev::fits_wire(*frame_for_wire(length))) << length;
    for (usize length : {14u, 59u, 60u, 1514u})
        EXPECT_TRUE(dev::fits_wire(*frame_for_wire(length))) << length;
    MbufPtr chain = frame_for_wire(100);
    chain->append(frame_for_wire(100));
    EXPECT_FALSE(dev::fits_wire(*chain));
}

TEST(E1000Frame, FromTheMinimumToTheMaximumStaysAsItIs) {
    for (usize length : {60u, 61u, 1513u, 1514u}) {
        MbufPtr m = frame_for_wire(length);
        EXPECT_TRUE(dev::make_fit_for_wire(*m).ok());
        EXPECT_EQ(m->length(), length);
    }
}

TEST(E1000Frame, LongerThanEthernetCarriesIsRefused) {
    EXPECT_EQ(dev::make_fit_for_wire(*frame_for_wire(1515)).error(), Errno::MsgSize);
}

TEST(E1000Frame, ShorterThanItsHeaderIsRefused) {
    for (usize length : {0u, 13u})
        EXPECT_EQ(dev::make_fit_for_wire(*frame_for_wire(length)).error(), Errno::Inval);
}

TEST(E1000Frame, WithoutRoomForItsPaddingIsRefused) {
    EXPECT_EQ(dev::make_fit_for_wire(*frame_for_wire(42, net::kMbufSize - sizeof(Mbuf) - 50)).error(),
              Errno::Inval);
}

}  // namespace
