// The machine stops after any write, or with any of the unflushed writes lost. Afterwards the file system is
// sound and each operation is complete or has no effect.
#include <functional>
#include <random>

#include "fs_fixture.h"

namespace {

// Small: each test copies the image hundreds of times.
constexpr u32 kBlocks = 400;
using Image_ = std::vector<u8>;
using Events = std::vector<fake::MemoryDisk::Event>;

void put(Image_& image, const fake::MemoryDisk::Event& e) {
    if (!e.is_flush()) std::copy(e.data.begin(), e.data.end(), image.begin() + size_t{e.block} * BSIZE);
}

// Runs `work` on a copy of `before`, and for each possible stop calls `look` with the resulting file system.
void stop_at_every_write(const Image_& before, const std::function<void(Mounted&)>& work,
                         const std::function<void(Mounted&)>& look) {
    Mounted m(before);
    m.disk->recording = true;
    work(m);
    Image_ image = before;
    for (usize i = 0; i <= m.disk->events.size(); i++) {
        Mounted after(image);
        ASSERT_TRUE(after.mounted.ok());
        EXPECT_SOUND(after);
        look(after);
        if (::testing::Test::HasFailure())
            FAIL() << "after " << i << " of " << m.disk->events.size() << " events";
        if (i < m.disk->events.size()) put(image, m.disk->events[i]);
    }
}

// Simulates power failures: any of the writes since the last flush may be lost.
void lose_power(const Image_& before, const std::function<void(Mounted&)>& work,
                const std::function<void(Mounted&)>& look, int rounds) {
    Mounted m(before);
    m.disk->recording = true;
    work(m);
    std::mt19937 random(6);
    const Events& events = m.disk->events;
    for (int round = 0; round < rounds; round++) {
        const usize stop = random() % (events.size() + 1);
        usize durable = stop;
        while (durable > 0 && !events[durable - 1].is_flush()) durable--;
        Image_ image = before;
        for (usize i = 0; i < stop; i++) {
            if (i < durable || random() % 2) put(image, events[i]);
        }
        Mounted after(std::move(image));
        ASSERT_TRUE(after.mounted.ok());
        EXPECT_SOUND(after);
        look(after);
        if (::testing::Test::HasFailure())
            FAIL() << "round " << round << ", stopped after " << stop << " events";
    }
}

Image_ image_with(const std::function<void(Mounted&)>& work) {
    Mounted m(empty_image(kBlocks));
    work(m);
    m.unmount();
    return m.disk->bytes();
}

// Several operations whose order is visible afterwards.
void some_work(Mounted& m) {
    m.save("a", "first");
    m.mkdir("d");
    m.save("d/b", pattern(40'000));
    m.link("a", "d/c");
    m.unlink("a");
    m.save("d/b", "short");
    m.unlink("d/c");
    m.unlink("d/b");
    m.unlink("d");
    m.save("end", "last");
}

void expect_no_half_operation(Mounted& m) {
    if (m.error_of_open("d/c", kRead) == Errno::None) {
        EXPECT_EQ(m.cat("d/c"), "first");
    }
    if (m.cat("end") == "last") {
        EXPECT_EQ(m.error_of_open("d", kRead), Errno::NoEnt);
    }
    const std::string b = m.cat("d/b");
    if (b[0] != '?' && b != "short") {
        EXPECT_EQ(b, pattern(40'000).substr(0, b.size()));
    }
}

TEST(Crash, AfterEveryWriteEverythingIsWhole) {
    stop_at_every_write(empty_image(kBlocks), some_work, expect_no_half_operation);
}

TEST(Crash, AfterAPowerFailureEverythingIsWhole) {
    lose_power(empty_image(kBlocks), some_work, expect_no_half_operation, 400);
}

TEST(Crash, AWriteThatReturnedIsNotLost) {
    const Image_ before = image_with([](Mounted& m) { m.save("f", "kept"); });
    stop_at_every_write(
        before, [](Mounted& m) { m.unlink("none"), m.save("g", "x"); },
        [](Mounted& m) { EXPECT_EQ(m.cat("f"), "kept"); });
}

// After any stop there is one of the two names, and of a replaced file one content.
TEST(Crash, ARenameHasHappenedOrNot) {
    const Image_ before = image_with([](Mounted& m) {
        m.mkdir("a"), m.mkdir("b"), m.mkdir("a/d"), m.mkdir("b/empty");
        m.save("a/d/f", "text"), m.save("old", "new text"), m.save("new", pattern(50'000));
    });
    const auto work = [](Mounted& m) {
        EXPECT_EQ(m.rename("a/d", "b/empty"), Errno::None);
        EXPECT_EQ(m.rename("old", "new"), Errno::None);
    };
    const auto look = [](Mounted& m) {
        const bool moved = m.cat("b/empty/f") == "text", replaced = m.cat("new") == "new text";
        EXPECT_EQ(m.cat("a/d/f") == "text", !moved);
        EXPECT_EQ(m.cat("old") == "new text", !replaced);
        EXPECT_TRUE(replaced || m.cat("new") == pattern(50'000));
    };
    stop_at_every_write(before, work, look);
    lose_power(before, work, look, 60);
}

TEST(Crash, AppendsAndNewSizesAreWhole) {
    const Image_ before = image_with([](Mounted& m) { m.save("log", "1"), m.save("f", pattern(3000)); });
    const auto work = [](Mounted& m) {
        auto log = m.open("log", kWrite | kAppend).value();
        Mounted::write(*log, pattern(2000, 2));
        EXPECT_EQ(m.truncate("f", 100), Errno::None);
        EXPECT_EQ(m.truncate("f", 2000), Errno::None);
        m.save("end", "last");
    };
    const auto look = [](Mounted& m) {
        const std::string log = m.cat("log"), f = m.cat("f");
        EXPECT_TRUE(log == "1" || log == "1" + pattern(2000, 2));
        EXPECT_TRUE(f == pattern(3000) || f == pattern(100) || f == pattern(100) + std::string(1900, 0));
    };
    stop_at_every_write(before, work, look);
    lose_power(before, work, look, 60);
}

TEST(Crash, ARenameByLinkAndUnlinkNeverLosesTheFile) {
    const Image_ before = image_with([](Mounted& m) { m.save("old", "text"); });
    const auto rename = [](Mounted& m) { m.link("old", "new"), m.unlink("old"); };
    stop_at_every_write(before, rename,
                        [](Mounted& m) { EXPECT_TRUE(m.cat("old") == "text" || m.cat("new") == "text"); });
}

TEST(Crash, FilesUnlinkedWhileOpenAreFreedByTheNextMount) {
    const Image_ before = image_with([](Mounted& m) { m.save("f", pattern(300'000)), m.save("other", "x"); });
    const u32 inodes = check_image(before).inodes;
    std::vector<Ref<fs::File>> open;
    const auto work = [&](Mounted& m) {
        open.push_back(m.open("f", kRead).value());
        m.unlink("f");
        m.save("other", "commits after it");
        m.disk->recording = false;
        open.clear();
    };
    stop_at_every_write(before, work, [&](Mounted& m) {
        const bool gone = m.error_of_open("f", kRead) == Errno::NoEnt;
        EXPECT_EQ(m.check().inodes, inodes - gone);
    });
    lose_power(
        before, work, [](Mounted&) {}, 100);
}

TEST(Crash, AgainDuringRecovery) {
    Mounted m(empty_image(kBlocks));
    m.disk->recording = true;
    some_work(m);
    // Stop just before the last commit is installed, then stop the recovery after each of its writes.
    Image_ image = empty_image(kBlocks);
    usize last_flush = m.disk->events.size();
    while (!m.disk->events[last_flush - 1].is_flush()) last_flush--;
    for (usize i = 0; i < last_flush; i++) put(image, m.disk->events[i]);
    stop_at_every_write(
        image, [](Mounted&) {}, [](Mounted& r) { EXPECT_EQ(r.cat("end"), "last"); });
    fake::MemoryDisk disk(image);
    disk.recording = true;
    fs::FileSystem first;
    ASSERT_TRUE(first.mount(disk).ok());
    EXPECT_GT(disk.events.size(), 0u);
    for (const auto& e : Events(disk.events)) {
        put(image, e);
        Mounted r(image);
        EXPECT_EQ(r.cat("end"), "last");
        EXPECT_SOUND(r);
    }
}

TEST(Crash, AMountAfterAnOrderlyStopWritesNothing) {
    Mounted m(image_with(some_work));
    m.unmount();
    fake::MemoryDisk disk(m.disk->bytes());
    disk.recording = true;
    fs::FileSystem fs;
    ASSERT_TRUE(fs.mount(disk).ok());
    EXPECT_EQ(disk.events.size(), 0u);
}

}  // namespace
