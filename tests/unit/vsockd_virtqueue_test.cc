// The device's side of a queue. The test is the driver, honest or not.
#include "tools/vsockd/virtqueue.h"

#include "fake/vsockd/driver_queue.h"

namespace {

using fake::Descriptor;
using fake::DriverQueue;
using fake::SharedMemory;
using vsockd::Chain;
using vsockd::Virtqueue;

constexpr u64 kData = SharedMemory::kGuest + 0x10'0000;
constexpr u16 kSize = 8;

class VsockdQueue : public testing::Test {
  protected:
    VsockdQueue() {
        const vsockd::Region region{SharedMemory::kGuest, SharedMemory::kSize, SharedMemory::kUser, 0};
        const vsockd::Fd file(dup(shared.fd.get()));
        EXPECT_EQ(memory.map({&region, 1}, {&file, 1}), "");
        start({});
    }
    void start(Virtqueue::Features features) { queue.start(memory, driver.place, features, 0); }
    // The chain that was made available breaks the queue.
    void expect_broken(const char* why) {
        EXPECT_FALSE(queue.next());
        EXPECT_TRUE(queue.broken());
        EXPECT_NE(queue.fault().find(why), std::string::npos) << queue.fault();
        EXPECT_FALSE(queue.next()) << "it stays broken";
        EXPECT_FALSE(driver.take());
    }

    SharedMemory shared;
    vsockd::GuestMemory memory;
    DriverQueue driver{shared, 0, kSize};
    Virtqueue queue;
};

TEST_F(VsockdQueue, HandsOutBuffersInOrder) {
    const u16 a = driver.offer({{kData, 10, 0, 0}}),
              b = driver.offer({{kData + 100, 20, Descriptor::kWrite, 0}});
    ASSERT_EQ(queue.next()->readable.size(), 1u);
    EXPECT_EQ(queue.next()->readable[0].iov_len, 10u) << "the same until use()";
    queue.use(0);
    EXPECT_EQ(queue.next()->writable[0].iov_base, memory.at_guest(kData + 100, 20));
    queue.use(7);
    EXPECT_FALSE(queue.next());
    EXPECT_EQ(driver.take()->head, a);
    const auto done = driver.take();
    EXPECT_EQ(done->head, b);
    EXPECT_EQ(done->written, 7u);
}

TEST_F(VsockdQueue, WorksAcrossTheWrapOfItsIndexes) {
    for (int i = 0; i < 70'000; i++) {
        driver.offer({{kData, 1, 0, 0}});
        ASSERT_TRUE(queue.next());
        queue.use(static_cast<u32>(i));
        ASSERT_EQ(driver.take()->written, static_cast<u32>(i));
    }
}

TEST_F(VsockdQueue, ContinuesWhereItStopped) {
    driver.offer({{kData, 1, 0, 0}});
    ASSERT_TRUE(queue.next());
    queue.use(1);
    driver.offer({{kData, 2, 0, 0}});
    ASSERT_TRUE(queue.next()) << "handed out, but not used: comes again";
    const u16 base = queue.stop();
    EXPECT_FALSE(queue.next());
    queue.start(memory, driver.place, {}, base);
    EXPECT_EQ(queue.next()->readable[0].iov_len, 2u);
    queue.use(2);
    EXPECT_EQ(driver.take()->written, 1u);
    EXPECT_EQ(driver.take()->written, 2u);
}

TEST_F(VsockdQueue, FollowsAnIndirectTable) {
    start({.indirect = true});
    auto* table = reinterpret_cast<Descriptor*>(shared.at(0x20'0000));
    for (u16 i = 0; i < kSize; i++)
        table[i] = {kData, 1u + i, static_cast<u16>(i + 1 < kSize ? Descriptor::kNext : 0),
                    static_cast<u16>(i + 1)};
    driver.offer({{SharedMemory::kGuest + 0x20'0000, kSize * 16, Descriptor::kIndirect, 0}});
    ASSERT_TRUE(queue.next()) << queue.fault();
    EXPECT_EQ(queue.next()->readable.size(), kSize);
}

TEST_F(VsockdQueue, BreaksOnAnIndirectTableThatIsNone) {
    const u64 table = SharedMemory::kGuest + 0x20'0000;
    for (const Descriptor& d :
         {Descriptor{table, 0, Descriptor::kIndirect, 0}, Descriptor{table, 24, Descriptor::kIndirect, 0},
          Descriptor{table, 16, Descriptor::kIndirect | Descriptor::kNext, 0},
          Descriptor{table, 16, Descriptor::kIndirect | Descriptor::kWrite, 0},
          Descriptor{0x1000, 16, Descriptor::kIndirect, 0}}) {
        driver.clear();
        start({.indirect = true});
        driver.offer({d});
        expect_broken("indirect");
    }
    driver.clear();
    start({});
    driver.offer({{table, 16, Descriptor::kIndirect, 0}});
    expect_broken("indirect");  // not negotiated
}

TEST_F(VsockdQueue, BreaksOnATableInATable) {
    start({.indirect = true});
    const u64 at = SharedMemory::kGuest + 0x20'0000;
    *reinterpret_cast<Descriptor*>(shared.at(0x20'0000)) = {at, 16, Descriptor::kIndirect, 0};
    driver.offer({{at, 16, Descriptor::kIndirect, 0}});
    expect_broken("indirect");
}

TEST_F(VsockdQueue, BreaksOnALoop) {
    driver.offer({{kData, 1, 0, 0}, {kData, 1, 0, 0}});
    driver.descriptors[1].flags = Descriptor::kNext;
    driver.descriptors[1].next = 0;
    expect_broken("loop");
}

TEST_F(VsockdQueue, BreaksOnMemoryThatTheGuestDoesNotHave) {
    driver.offer({{SharedMemory::kGuest + SharedMemory::kSize - 1, 2, 0, 0}});
    expect_broken("does not have");
}

TEST_F(VsockdQueue, BreaksOnADescriptorBehindTheLast) {
    driver.publish(kSize);
    expect_broken("names descriptor 8");
    driver.clear();
    start({});
    driver.offer({{kData, 1, 0, 0}, {kData, 1, 0, 0}});
    driver.descriptors[0].next = 0xffff;
    expect_broken("names descriptor 65535");
}

TEST_F(VsockdQueue, BreaksOnReadableAfterWritable) {
    driver.offer({{kData, 1, Descriptor::kWrite, 0}, {kData, 1, 0, 0}});
    expect_broken("readable");
}

TEST_F(VsockdQueue, BreaksOnMoreBuffersThanItHasRoomFor) {
    driver.available->index = kSize + 1;
    expect_broken("offers 9");
}

TEST_F(VsockdQueue, BreaksWhenItsRingsAreNotInTheMemory) {
    for (u64 Virtqueue::Place::*part :
         {&Virtqueue::Place::descriptors, &Virtqueue::Place::available, &Virtqueue::Place::used}) {
        for (u64 at :
             {0ull, static_cast<unsigned long long>(SharedMemory::kUser + SharedMemory::kSize - 8), ~0ull}) {
            Virtqueue::Place place = driver.place;
            place.*part = at;
            queue.start(memory, place, {}, 0);
            EXPECT_TRUE(queue.broken());
            EXPECT_FALSE(queue.next());
            EXPECT_TRUE(queue.ask_notification());
            queue.refuse_notification();
        }
    }
    start({});
    EXPECT_FALSE(queue.broken()) << "a new start repairs it";
}

TEST_F(VsockdQueue, InterruptsOnceForManyBuffersUnlessTheDriverRefuses) {
    for (int i = 0; i < 3; i++) driver.offer({{kData, 1, 0, 0}});
    while (queue.next()) queue.use(0);
    EXPECT_TRUE(queue.flush());
    EXPECT_FALSE(queue.flush()) << "nothing since";
    driver.available->flags = 1;
    driver.offer({{kData, 1, 0, 0}});
    ASSERT_TRUE(queue.next());
    queue.use(0);
    EXPECT_FALSE(queue.flush());
}

TEST_F(VsockdQueue, InterruptsAtTheDriversEventIndex) {
    start({.event_index = true});
    u16& used_event = driver.available->ring[kSize];
    const auto use_one = [&] {
        driver.offer({{kData, 1, 0, 0}});
        ASSERT_TRUE(queue.next());
        queue.use(0);
    };
    used_event = 1;
    use_one();
    EXPECT_FALSE(queue.flush()) << "the driver waits for the second";
    use_one();
    EXPECT_TRUE(queue.flush());
    use_one();
    EXPECT_FALSE(queue.flush()) << "the driver has not moved it";
}

TEST_F(VsockdQueue, AsksForNotificationsOnlyWhenItWaits) {
    queue.refuse_notification();
    EXPECT_EQ(driver.used->flags, 1);
    EXPECT_TRUE(queue.ask_notification());
    EXPECT_EQ(driver.used->flags, 0);
    driver.offer({{kData, 1, 0, 0}});
    EXPECT_FALSE(queue.ask_notification()) << "one has come in between";
    start({.event_index = true});
    EXPECT_FALSE(queue.ask_notification());
    ASSERT_TRUE(queue.next());
    queue.use(0);
    EXPECT_TRUE(queue.ask_notification());
    const auto* event = reinterpret_cast<const u16*>(reinterpret_cast<u8*>(driver.used) + 4 + 8 * kSize);
    EXPECT_EQ(*event, 1);
}

}  // namespace
