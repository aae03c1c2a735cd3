// The driver's side of a virtqueue. The test acts as the device and accesses the three parts in memory
// (virtio 1.1, 2.6).
#include "dev/virtio/queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace {

struct Descriptor {
    u64 address;
    u32 length;
    u16 flags, next;
};
constexpr u16 kNext = 1, kDeviceWrites = 2, kNoNotify = 1;

class Device {
  public:
    explicit Device(u16 size) : size_(size) {
        EXPECT_TRUE(queue.create(size).ok());
        descriptors_ = reinterpret_cast<Descriptor*>(queue.descriptors_phys());
        available_ = reinterpret_cast<u16*>(queue.available_phys());
        used_ = reinterpret_cast<u16*>(queue.used_phys());
    }
    // The next buffer's first descriptor, or -1.
    int next_head() {
        const u16 index = available_[1];
        return seen_ == index ? -1 : available_[2 + seen_++ % size_];
    }
    std::vector<Descriptor> chain(int head) const {
        std::vector<Descriptor> found{descriptors_[head]};
        while (found.back().flags & kNext) found.push_back(descriptors_[found.back().next]);
        return found;
    }
    void finish(u32 head, u32 written) {
        auto* element = reinterpret_cast<u32*>(used_ + 2) + 2 * (used_[1] % size_);
        element[0] = head, element[1] = written;
        used_[1]++;
    }
    void want_notifications(bool yes) { used_[0] = yes ? 0 : kNoNotify; }

    dev::VirtQueue queue;

  private:
    const u16 size_;
    Descriptor* descriptors_;
    u16 *available_, *used_;
    u16 seen_ = 0;
};

// A driver's queue is never freed; neither are these.
Device& device(u16 size) {
    static auto& all = *new std::vector<std::unique_ptr<Device>>;
    return *all.emplace_back(std::make_unique<Device>(size));
}

u8 memory[64];
int tokens[1024];

std::vector<dev::VirtSegment> segments(usize n) {
    std::vector<dev::VirtSegment> all(n);
    for (usize i = 0; i < n; i++) all[i] = {memory + i, static_cast<u32>(i + 1), i + 1 == n};
    return all;
}

TEST(VirtQueue, HandsABufferOverAndBack) {
    Device& d = device(8);
    EXPECT_EQ(d.next_head(), -1);
    ASSERT_TRUE(d.queue.add(segments(3), &tokens[0]));
    const auto chain = d.chain(d.next_head());
    ASSERT_EQ(chain.size(), 3u);
    for (u32 i = 0; i < 3; i++) {
        EXPECT_EQ(chain[i].address, reinterpret_cast<uptr>(memory + i));
        EXPECT_EQ(chain[i].length, i + 1);
        EXPECT_EQ(chain[i].flags & kDeviceWrites, i == 2 ? kDeviceWrites : 0);
    }
    EXPECT_FALSE(d.queue.take());
    d.finish(0, 42);
    const auto done = d.queue.take();
    ASSERT_TRUE(done);
    EXPECT_EQ(done->token, &tokens[0]);
    EXPECT_EQ(done->written, 42u);
    EXPECT_FALSE(d.queue.take());
}

TEST(VirtQueue, SaysWhenDescriptorsRunOutAndTakesThemBack) {
    Device& d = device(8);
    EXPECT_TRUE(d.queue.add(segments(3), &tokens[0]));
    EXPECT_TRUE(d.queue.add(segments(4), &tokens[1]));
    EXPECT_EQ(d.queue.free_descriptors(), 1);
    EXPECT_FALSE(d.queue.add(segments(2), &tokens[2]));
    EXPECT_TRUE(d.queue.add(segments(1), &tokens[3]));
    EXPECT_FALSE(d.queue.add(segments(1), &tokens[4]));
    EXPECT_EQ(d.queue.free_descriptors(), 0);
    EXPECT_FALSE(d.queue.add({}, &tokens[5])) << "a buffer has at least one segment";
    d.finish(static_cast<u32>(d.next_head()), 0);
    EXPECT_EQ(d.queue.take()->token, &tokens[0]);
    EXPECT_EQ(d.queue.free_descriptors(), 3);
    EXPECT_TRUE(d.queue.add(segments(3), &tokens[6]));
}

// Runs until the 16-bit indices wrap, with buffers that return in a different order.
TEST(VirtQueue, KeepsBuffersApartWhileItsIndicesWrap) {
    Device& d = device(4);
    for (int round = 0; round < 70'000; round++) {
        ASSERT_TRUE(d.queue.add(segments(1 + static_cast<usize>(round % 2)), &tokens[round % 1000]));
        ASSERT_TRUE(d.queue.add(segments(2), &tokens[(round + 1) % 1000]));
        const int first = d.next_head(), second = d.next_head();
        ASSERT_NE(first, second);
        ASSERT_EQ(d.chain(first).size(), 1 + static_cast<usize>(round % 2));
        ASSERT_EQ(d.chain(second).size(), 2u);
        d.finish(static_cast<u32>(second), 2);
        d.finish(static_cast<u32>(first), 1);
        ASSERT_EQ(d.queue.take()->token, &tokens[(round + 1) % 1000]);
        ASSERT_EQ(d.queue.take()->token, &tokens[round % 1000]);
        ASSERT_EQ(d.queue.free_descriptors(), 4);
    }
}

TEST(VirtQueue, RemembersWhetherTheDeviceWantsToHear) {
    Device& d = device(4);
    EXPECT_TRUE(d.queue.wants_notification());
    d.want_notifications(false);
    EXPECT_FALSE(d.queue.wants_notification());
    d.want_notifications(true);
    EXPECT_TRUE(d.queue.wants_notification());
}

TEST(VirtQueue, IgnoresBuffersTheDeviceNeverHad) {
    Device& d = device(4);
    ASSERT_TRUE(d.queue.add(segments(2), &tokens[0]));
    d.finish(2, 0);       // a free descriptor
    d.finish(0xffff, 0);  // an invalid index
    d.finish(0, 7);
    d.finish(0, 7);  // twice
    const auto done = d.queue.take();
    ASSERT_TRUE(done);
    EXPECT_EQ(done->token, &tokens[0]);
    EXPECT_FALSE(d.queue.take());
    EXPECT_EQ(d.queue.free_descriptors(), 4);
}

TEST(VirtQueue, RefusesSizesThatCannotBe) {
    for (const u16 size : {0, 3, 100, 512}) {
        dev::VirtQueue queue;
        EXPECT_EQ(queue.create(size).error(), Errno::Inval) << size;
    }
}

}  // namespace
