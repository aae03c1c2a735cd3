// The driver's side of a virtqueue. The test acts as the device.
#include "dev/virtio/queue.h"

#include <gtest/gtest.h>

#include "fake/virtio_device.h"
#include "world.h"

namespace {

using dev::VirtQueue;

u8 memory[64];
int tokens[1024];

std::vector<dev::VirtSegment> segments(usize n) {
    std::vector<dev::VirtSegment> all(n);
    for (usize i = 0; i < n; i++) all[i] = {memory + i, static_cast<u32>(i + 1), i + 1 == n};
    return all;
}

// A queue with its device. Checks at the end that the memory is free again.
class Pair {
  public:
    explicit Pair(u16 size, bool event_index = false) : pages_(fake::world().pages_out) {
        EXPECT_TRUE(queue.create(size, event_index).ok());
        device.emplace(queue, event_index);
    }
    ~Pair() {
        while (queue.abandon()) {
        }
        queue.destroy();
        EXPECT_EQ(fake::world().pages_out, pages_);
    }
    // Adds a buffer of n segments and takes it to the device's side.
    u32 give(usize n, int token = 0) {
        EXPECT_TRUE(queue.add(segments(n), &tokens[token]));
        return static_cast<u32>(device->next_head());
    }
    void expect_broken(const char* why) {
        EXPECT_FALSE(queue.take());
        ASSERT_TRUE(queue.fault());
        EXPECT_NE(std::string(queue.fault()).find(why), std::string::npos) << queue.fault();
        EXPECT_FALSE(queue.pending());
        EXPECT_FALSE(queue.add(segments(1)[0], &tokens[9]));
        EXPECT_FALSE(queue.add(segments(1), &tokens[9]));
        EXPECT_TRUE(queue.enable_interrupts()) << "or the driver would look again and again";
    }
    // The tokens that the driver gets back, in any order.
    std::multiset<void*> abandoned() {
        std::multiset<void*> all;
        while (void* token = queue.abandon()) all.insert(token);
        return all;
    }

    VirtQueue queue;
    std::optional<fake::VirtioQueueDevice> device;

  private:
    const decltype(fake::world().pages_out) pages_;
};

TEST(VirtQueue, HandsABufferOverAndBack) {
    Pair p(8);
    EXPECT_EQ(p.device->next_head(), -1);
    ASSERT_TRUE(p.queue.add(segments(3), &tokens[0]));
    const auto chain = p.device->chain(p.device->next_head());
    ASSERT_EQ(chain.size(), 3u);
    for (u32 i = 0; i < 3; i++) {
        EXPECT_EQ(chain[i].data(), memory + i);
        EXPECT_EQ(chain[i].length, i + 1);
        EXPECT_EQ(chain[i].writable(), i == 2);
    }
    EXPECT_FALSE(p.queue.pending());
    EXPECT_FALSE(p.queue.take());
    p.device->finish(0, 3);
    EXPECT_TRUE(p.queue.pending());
    const auto done = p.queue.take();
    ASSERT_TRUE(done);
    EXPECT_EQ(done->token, &tokens[0]);
    EXPECT_EQ(done->written, 3u);
    EXPECT_FALSE(p.queue.take());
    EXPECT_EQ(p.queue.in_flight(), 0);
}

TEST(VirtQueue, OneSegmentIsTheSameAsAListOfOne) {
    Pair p(8);
    ASSERT_TRUE(p.queue.add({memory, 7, true}, &tokens[0]));
    ASSERT_TRUE(p.queue.add({memory, 9}, &tokens[1]));
    const auto first = p.device->chain(p.device->next_head()),
               second = p.device->chain(p.device->next_head());
    ASSERT_EQ(first.size() + second.size(), 2u);
    EXPECT_EQ(first[0].length, 7u);
    EXPECT_TRUE(first[0].writable());
    EXPECT_FALSE(second[0].writable());
    EXPECT_EQ(p.queue.free_descriptors(), 6);
}

TEST(VirtQueue, SaysWhenDescriptorsRunOutAndTakesThemBack) {
    Pair p(8);
    EXPECT_TRUE(p.queue.add(segments(3), &tokens[0]));
    EXPECT_TRUE(p.queue.add(segments(4), &tokens[1]));
    EXPECT_EQ(p.queue.free_descriptors(), 1);
    EXPECT_FALSE(p.queue.add(segments(2), &tokens[2]));
    EXPECT_TRUE(p.queue.add(segments(1), &tokens[3]));
    EXPECT_FALSE(p.queue.add(segments(1), &tokens[4]));
    EXPECT_FALSE(p.queue.add(segments(1)[0], &tokens[4]));
    EXPECT_EQ(p.queue.free_descriptors(), 0);
    EXPECT_FALSE(p.queue.add(std::span<const dev::VirtSegment>(), &tokens[5])) << "a buffer has a segment";
    p.device->finish(static_cast<u32>(p.device->next_head()), 0);
    EXPECT_EQ(p.queue.take()->token, &tokens[0]);
    EXPECT_EQ(p.queue.free_descriptors(), 3);
    EXPECT_TRUE(p.queue.add(segments(3), &tokens[6]));
}

// Runs until the 16-bit indices wrap, with buffers that return in a different order.
TEST(VirtQueue, KeepsBuffersApartWhileItsIndicesWrap) {
    for (const bool event_index : {false, true}) {
        Pair p(4, event_index);
        for (int round = 0; round < 70'000; round++) {
            const usize few = 1 + static_cast<usize>(round % 2);
            const u32 first = p.give(few, round % 1000), second = p.give(2, (round + 1) % 1000);
            ASSERT_NE(first, second);
            ASSERT_EQ(p.device->chain(static_cast<int>(first)).size(), few);
            ASSERT_EQ(p.device->chain(static_cast<int>(second)).size(), 2u);
            p.device->finish(second, 2);
            p.device->finish(first, 1);
            ASSERT_EQ(p.queue.take()->token, &tokens[(round + 1) % 1000]);
            ASSERT_EQ(p.queue.take()->token, &tokens[round % 1000]);
            ASSERT_EQ(p.queue.free_descriptors(), 4);
        }
    }
}

TEST(VirtQueue, RefusesSizesThatCannotBe) {
    for (const u16 size : {0, 3, 100, 512}) {
        VirtQueue queue;
        EXPECT_EQ(queue.create(size, false).error(), Errno::Inval) << size;
    }
}

TEST(VirtQueue, WithoutMemoryHoldsNothing) {
    const auto before = fake::world().pages_out;
    for (long pages = 0; pages < 3; pages++) {
        fake::world().pages_left = pages;
        VirtQueue queue;
        EXPECT_EQ(queue.create(8, false).error(), Errno::NoMem);
        EXPECT_EQ(fake::world().pages_out, before);
    }
    fake::world().pages_left = -1;
}

// --- notifications and interrupts

TEST(VirtQueue, NotifiesUnlessTheDeviceSaysNo) {
    Pair p(4);
    p.give(1);
    EXPECT_TRUE(p.queue.must_notify());
    p.device->want_notifications(false);
    p.give(1);
    EXPECT_FALSE(p.queue.must_notify());
}

TEST(VirtQueue, NotifiesWhenTheAvailableIndexPassesTheDevicesEvent) {
    Pair p(256, true);
    p.device->notify_after(0);
    p.give(1);
    EXPECT_TRUE(p.queue.must_notify());
    EXPECT_FALSE(p.queue.must_notify()) << "nothing was added since";
    p.give(1);
    EXPECT_FALSE(p.queue.must_notify()) << "the device has not asked again";
    p.device->notify_after(3);
    for (int i = 0; i < 3; i++) p.give(1);
    EXPECT_TRUE(p.queue.must_notify()) << "one of several passed it";
}

TEST(VirtQueue, AsksForOneInterruptAtATime) {
    for (const bool event_index : {false, true}) {
        Pair p(8, event_index);
        u32 heads[5];
        for (u32& head : heads) head = p.give(1);
        p.device->finish(heads[0], 0);
        EXPECT_FALSE(p.device->interrupts()) << "off at first";
        EXPECT_FALSE(p.queue.enable_interrupts()) << "one is there already";
        EXPECT_TRUE(p.queue.take());
        EXPECT_TRUE(p.queue.enable_interrupts());
        p.device->finish(heads[1], 0);
        EXPECT_TRUE(p.device->interrupts());
        p.queue.disable_interrupts();
        p.device->finish(heads[2], 0);
        EXPECT_FALSE(p.device->interrupts());
    }
}

TEST(VirtQueue, WithEventIndicesAWorkingDriverIsNotInterruptedAgain) {
    Pair p(8, true);
    u32 heads[4];
    for (u32& head : heads) head = p.give(1);
    EXPECT_TRUE(p.queue.enable_interrupts());
    p.device->finish(heads[0], 0);
    EXPECT_TRUE(p.device->interrupts());
    for (int i = 1; i < 4; i++) {
        EXPECT_TRUE(p.queue.take());
        p.device->finish(heads[i], 0);
        EXPECT_FALSE(p.device->interrupts()) << i;
    }
}

TEST(VirtQueue, AWatchTurnsInterruptsOffAndOnWithoutTheQueue) {
    for (const bool event_index : {false, true}) {
        Pair p(8, event_index);
        u32 heads[4];
        for (u32& head : heads) head = p.give(1);
        p.device->finish(heads[0], 0);
        EXPECT_TRUE(p.queue.take());
        EXPECT_TRUE(p.queue.enable_interrupts());
        p.device->interrupts();
        const dev::RxWatch watch = p.queue.watch();
        EXPECT_FALSE(watch.pending());
        *watch.interrupt = watch.off;
        p.device->finish(heads[1], 0);
        EXPECT_FALSE(p.device->interrupts());
        EXPECT_TRUE(watch.pending());
        EXPECT_TRUE(p.queue.take());
        const dev::RxWatch next = p.queue.watch();
        *next.interrupt = next.on;
        p.device->finish(heads[2], 0);
        EXPECT_TRUE(p.device->interrupts());
    }
}

// --- devices that lie

TEST(BrokenVirtQueue, IsOneWhoseDeviceReturnsWhatItDoesNotHave) {
    for (const u32 id : {2u, 3u, 4u, 0xffffu, 0x1'0000u, ~0u}) {
        Pair p(4);
        p.give(2);
        p.device->finish(id, 0);
        p.expect_broken("does not have");
        EXPECT_EQ(p.abandoned(), std::multiset<void*>{&tokens[0]}) << id;
    }
}

TEST(BrokenVirtQueue, IsOneWhoseDeviceReturnsABufferTwice) {
    Pair p(4);
    const u32 head = p.give(1, 1);
    p.give(1, 2);
    p.device->finish(head, 0);
    p.device->finish(head, 0);
    EXPECT_EQ(p.queue.take()->token, &tokens[1]);
    p.expect_broken("does not have");
    EXPECT_EQ(p.abandoned(), std::multiset<void*>{&tokens[2]});
}

TEST(BrokenVirtQueue, IsOneWhoseDeviceNamesTheMiddleOfABuffer) {
    Pair p(4);
    p.give(3);
    p.device->finish(1, 0);
    p.expect_broken("does not have");
}

TEST(BrokenVirtQueue, IsOneWhoseDeviceWritesMoreThanThereIs) {
    Pair p(4);
    p.device->finish(p.give(3), 3);  // the last segment: 3 bytes
    EXPECT_TRUE(p.queue.take());
    p.device->finish(p.give(3), 4);
    p.expect_broken("written more");
}

TEST(BrokenVirtQueue, IsOneWhoseUsedIndexJumps) {
    for (const u16 jump : {2, 4, 5, 0x7fff, 0xffff}) {
        Pair p(4);
        const u32 head = p.give(1);
        p.device->finish(head, 0);
        p.device->used_index() = jump;
        p.expect_broken("more buffers");
        EXPECT_EQ(p.abandoned().size(), 1u);
    }
}

TEST(BrokenVirtQueue, StaysBrokenWhenTheDeviceRepents) {
    Pair p(4);
    const u32 head = p.give(1);
    p.device->finish(head, 0);
    p.device->used_index() = 3;
    EXPECT_FALSE(p.queue.take());
    p.device->used_index() = 1;
    p.expect_broken("more buffers");
}

TEST(BrokenVirtQueue, ReturnsEveryBufferToTheDriverOnce) {
    Pair p(8);
    for (int i = 0; i < 3; i++) p.give(2, i);
    EXPECT_EQ(p.abandoned(), (std::multiset<void*>{&tokens[0], &tokens[1], &tokens[2]}));
    EXPECT_TRUE(p.queue.fault());
    EXPECT_FALSE(p.queue.add(segments(1), &tokens[3]));
}

// --- registers

using dev::VirtioReg;

TEST(VirtioRegisters, AcceptWhatIsBothOfferedAndWanted) {
    fake::VirtioRegisters regs;
    regs.offered |= 0b0111 | u64{1} << 40;
    const Result<u64> accepted = dev::virtio_negotiate(regs, [](u64 offered) { return offered & 0b1101; });
    ASSERT_TRUE(accepted.ok());
    EXPECT_EQ(accepted.value(), dev::kVirtioVersion1 | 0b0101);
    EXPECT_EQ(regs.accepted, accepted.value());
    EXPECT_EQ(regs.writes[0].reg, VirtioReg::Status);
    EXPECT_EQ(regs.writes[0].value, 0u) << "a reset comes first";
    EXPECT_EQ(regs.at(VirtioReg::Status), 1u | 2 | 8);
}

TEST(VirtioRegisters, RefuseADeviceThatCannotAgree) {
    fake::VirtioRegisters legacy, stubborn, dead;
    legacy.offered = 0xff;
    stubborn.rejects_features = true;
    dead.ignores_reset = true;
    dead.at(VirtioReg::Status) = 4;
    for (auto* regs : {&legacy, &stubborn, &dead})
        EXPECT_EQ(dev::virtio_negotiate(*regs, [](u64) { return u64{0}; }).error(), Errno::Proto);
}

TEST(VirtioRegisters, TheDriverUsesAsManyDescriptorsAsTheDeviceOffers) {
    for (const auto& [offered, size] : {std::pair{1024u, 256}, {256u, 256}, {64u, 64}, {1u, 1}}) {
        fake::VirtioRegisters regs;
        regs.at(VirtioReg::QueueNumMax) = offered;
        EXPECT_EQ(dev::virtio_select_queue(regs, 1, 256).value(), size);
        EXPECT_EQ(regs.at(VirtioReg::QueueSel), 1u);
    }
}

TEST(VirtioRegisters, RefuseQueuesThatCannotBe) {
    for (const auto& [offered, why] :
         {std::pair{0u, Errno::NoDev}, {100u, Errno::Proto}, {~0u, Errno::Proto}}) {
        fake::VirtioRegisters regs;
        regs.at(VirtioReg::QueueNumMax) = offered;
        EXPECT_EQ(dev::virtio_select_queue(regs, 0, 256).error(), why) << offered;
    }
    fake::VirtioRegisters busy;
    busy.at(VirtioReg::QueueNumMax) = 256;
    busy.at(VirtioReg::QueueReady) = 1;
    EXPECT_EQ(dev::virtio_select_queue(busy, 0, 256).error(), Errno::NoDev);
}

TEST(VirtioRegisters, SayWhereTheQueueIs) {
    Pair p(64);
    fake::VirtioRegisters regs;
    dev::virtio_place_queue(regs, p.queue);
    auto address = [&regs](VirtioReg low) {
        return regs.at(low) | u64{regs.at(static_cast<VirtioReg>(static_cast<u32>(low) + 4))} << 32;
    };
    EXPECT_EQ(regs.at(VirtioReg::QueueNum), 64u);
    EXPECT_EQ(address(VirtioReg::QueueDescLow), p.queue.descriptors_phys());
    EXPECT_EQ(address(VirtioReg::QueueDriverLow), p.queue.available_phys());
    EXPECT_EQ(address(VirtioReg::QueueDeviceLow), p.queue.used_phys());
    EXPECT_EQ(regs.writes.back().reg, VirtioReg::QueueReady) << "after everything else";
}

TEST(VirtioRegisters, AFieldIsReadAgainIfTheDeviceChangedIt) {
    fake::VirtioRegisters regs;
    regs.config = {1, 1, 1, 1, 1, 1};
    int reads = 0;
    regs.on_read = [&](VirtioReg r) {
        if (r != dev::virtio_config(3) || ++reads > 1) return;
        regs.config = {2, 2, 2, 2, 2, 2};
        regs.at(VirtioReg::ConfigGeneration)++;
    };
    EXPECT_EQ((dev::virtio_config_bytes<6>(regs, 0)), (std::array<u8, 6>{2, 2, 2, 2, 2, 2}));
}

TEST(VirtioRegisters, ADeviceThatChangesAllTheTimeDoesNotHangTheDriver) {
    fake::VirtioRegisters regs;
    regs.on_read = [&regs](VirtioReg r) {
        if (r == VirtioReg::ConfigGeneration) regs.at(r)++;
    };
    EXPECT_EQ(dev::virtio_config64(regs, 0), 0u);
}

}  // namespace
