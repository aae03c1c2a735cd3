// Exhausted resources and disk failures: the caller gets an error, and nothing is changed or lost.
#include <algorithm>

#include "fs_fixture.h"

namespace {

TEST(Failure, AFullDiskGivesAShortWriteThenAnError) {
    Mounted m(empty_image(400));
    m.save("kept", "text");
    const u32 free = m.free_blocks();
    auto f = m.open("f", kWrite | kCreate).value();
    const i64 n = Mounted::write(*f, pattern(1'000'000));
    EXPECT_GT(n, static_cast<i64>(free - 5) * BSIZE);
    EXPECT_LT(n, 1'000'000);
    EXPECT_EQ(Mounted::write(*f, "x"), failed(Errno::NoSpc));
    EXPECT_EQ(m.cat("f"), pattern(1'000'000).substr(0, static_cast<usize>(n)));
    EXPECT_EQ(m.mkdir("d"), Errno::NoSpc);
    EXPECT_EQ(m.cat("kept"), "text");
    EXPECT_SOUND(m);
    m.unlink("f");
    f = {};
    EXPECT_EQ(m.free_blocks(), free);
    EXPECT_SOUND(m);
}

TEST(Failure, NoDirectoryEntryFitsOnAFullDisk) {
    Mounted m(empty_image(400, 200));
    for (int i = 0; i < 61; i++) m.save("f" + std::to_string(i), "");  // fills the root's first block
    m.save("big", pattern(1'000'000));
    const Census before = m.check();
    EXPECT_EQ(m.error_of_open("one-more", kWrite | kCreate), Errno::NoSpc);
    EXPECT_EQ(m.link("f1", "g"), Errno::NoSpc);
    EXPECT_SOUND(m);
    EXPECT_EQ(m.check().inodes, before.inodes);
}

TEST(Failure, NoInodesAreLeft) {
    Mounted m(empty_image(400, 16));
    int made = 0;
    while (m.save("f" + std::to_string(made), "") >= 0) made++;
    EXPECT_EQ(made, 14);
    EXPECT_EQ(m.error_of_open("x", kWrite | kCreate), Errno::NoSpc);
    EXPECT_EQ(m.mkdir("x"), Errno::NoSpc);
    EXPECT_SOUND(m);
    m.unlink("f3");
    EXPECT_EQ(m.save("x", ""), 0);
}

TEST(Failure, TooManyFilesAreOpen) {
    Mounted m(empty_image(1024, 200));
    std::vector<Ref<fs::File>> open;
    for (int i = 0; i < NINODE - 1; i++) {
        auto f = m.open("f" + std::to_string(i), kWrite | kCreate);
        ASSERT_TRUE(f.ok()) << i;
        open.push_back(f.value());
    }
    EXPECT_EQ(m.error_of_open("x", kWrite | kCreate), Errno::NFile);
    EXPECT_EQ(m.error_of_open("/", kRead), Errno::None) << "the root is already in use";
    open.pop_back();
    EXPECT_EQ(m.error_of_open("x", kWrite | kCreate), Errno::None);
    for (Result<Ref<fs::File>> f = m.open("f0", kRead); f.ok(); f = m.open("f0", kRead))
        open.push_back(f.value());
    EXPECT_GE(fs::files_in_use(), 20'000u);
    EXPECT_LE(fs::files_in_use() * sizeof(fs::File), memory_share::kFiles.of(mm::pages_total()) * 4096);
    EXPECT_EQ(m.error_of_open("y", kWrite | kCreate), Errno::NFile);
    open.clear();
    EXPECT_EQ(m.error_of_open("y", kRead), Errno::NoEnt) << "it was not created";
    EXPECT_SOUND(m);
}

TEST(Failure, ABadAddressChangesNothing) {
    Mounted m;
    m.save("f", "0123456789");
    auto f = m.open("f", kReadWrite).value();
    EXPECT_EQ(f->ops->read(*f, {fake::kBadAddress}, 5).error(), Errno::Fault);
    EXPECT_EQ(f->ops->write(*f, {fake::kBadAddress}, 5).error(), Errno::Fault);
    auto g = m.open("g", kWrite | kCreate).value();
    EXPECT_EQ(g->ops->write(*g, {fake::kBadAddress}, 5000).error(), Errno::Fault);
    EXPECT_EQ(m.cat("g"), "");
    EXPECT_EQ(Mounted::read(*f, 4), "0123");
    EXPECT_EQ(m.cat("f"), "0123456789");
    EXPECT_SOUND(m);
}

TEST(Failure, ABadBlockIsAnErrorToItsReaderOnly) {
    Mounted m;
    m.save("bad", pattern(3000));
    m.save("good", pattern(3000));  // the last commit, whose blocks a mount reads
    const u32 second = m.fs->namei(*m.root, "bad").value()->block_locked(1).value();
    m.unmount();
    Mounted again(m.disk->bytes(), {second});
    auto f = again.open("bad", kRead).value();
    EXPECT_EQ(Mounted::read(*f, 1024), pattern(3000).substr(0, 1024));
    char c;
    EXPECT_EQ(f->ops->read(*f, {reinterpret_cast<uptr>(&c)}, 1).error(), Errno::Io);
    EXPECT_EQ(again.cat("good"), pattern(3000));
    EXPECT_EQ(again.save("more", "text"), 4);
    again.disk->bad_blocks.clear();
    EXPECT_EQ(again.cat("bad"), pattern(3000)) << "readable again when the disk works";
}

// Every call fails while the disk fails. All calls work again with the disk, as long as no write was lost.
TEST(Failure, ADeadDiskIsAnErrorToEveryCaller) {
    std::vector<u8> image;
    {
        Mounted m;
        m.mkdir("d");
        m.save("d/f", pattern(100'000));
        m.save("last", pattern(30'000));
        image = m.disk->bytes();
    }
    Mounted m(image);
    auto f = m.open("d/f", kReadWrite).value();
    std::string text(100'000, 0);
    const UserAddr to{reinterpret_cast<uptr>(text.data())};
    m.disk->reads_left = 0;
    EXPECT_EQ(f->ops->read(*f, to, text.size()).error(), Errno::Io);
    EXPECT_EQ(Mounted::read(*f, 10), pattern(10)) << "cached; and the offset has not changed";
    m.disk->reads_left = -1;
    EXPECT_EQ(m.cat("d/f"), pattern(100'000));
    m.disk->writes_left = 0;
    EXPECT_EQ(Mounted::write(*f, "x"), failed(Errno::Io));
    EXPECT_EQ(m.mkdir("e"), Errno::Io);
    EXPECT_EQ(m.unlink("d/f"), Errno::Io);
    EXPECT_EQ(m.link("d/f", "g"), Errno::Io);
    EXPECT_EQ(m.error_of_open("new", kWrite | kCreate), Errno::Io);
    EXPECT_EQ(m.error_of_open("d/f", kWrite | kTruncate), Errno::Io);
    EXPECT_EQ(m.cat("last"), pattern(30'000)) << "reads still work";
    Mounted after(m.disk->bytes());
    EXPECT_SOUND(after);
    EXPECT_EQ(after.cat("d/f"), pattern(100'000));
}

TEST(Failure, ReadingAFileAsksTheDiskForManyBlocksAtOnce) {
    std::vector<u8> image;
    {
        Mounted m;
        m.save("f", pattern(200'000));
        image = m.disk->bytes();
    }
    Mounted m(image);
    const long before = m.disk->read_requests;
    EXPECT_EQ(m.cat("f"), pattern(200'000));
    EXPECT_LT(m.disk->read_requests - before, 200 / 10);
}

// The disk fails after any number of writes: the caller gets an error, and the disk is sound.
TEST(Failure, ADiskThatStopsWritingStaysSound) {
    for (long writes = 0; writes < 60; writes++) {
        Mounted m;
        m.save("kept", "text");
        m.disk->writes_left = writes;
        bool all_well = true;
        for (int i = 0; i < 4; i++) all_well &= m.save("f" + std::to_string(i), pattern(3000)) >= 0;
        if (!all_well) {
            EXPECT_EQ(m.mkdir("late"), Errno::Io);
        }
        EXPECT_EQ(m.cat("kept"), "text");
        Mounted after(m.disk->bytes());
        ASSERT_TRUE(after.mounted.ok());
        EXPECT_SOUND(after);
        EXPECT_EQ(after.cat("kept"), "text");
    }
}

// With a cold cache, one read fails: each operation is complete or has no effect.
TEST(Failure, AReadThatFailsLeavesTheDiskSound) {
    std::vector<u8> image;
    {
        Mounted m;
        m.mkdir("d");
        m.save("d/f", pattern(400'000));
        image = m.disk->bytes();
    }
    for (long reads = 0; reads < 60; reads++) {
        Mounted m(image);
        m.disk->reads_left = reads;
        const Errno unlinked = m.unlink("d/f");
        const Errno made = m.mkdir("e");
        m.save("g", pattern(3000));
        m.disk->reads_left = -1;
        Mounted after(m.disk->bytes());
        ASSERT_TRUE(after.mounted.ok());
        EXPECT_SOUND(after);
        if (unlinked == Errno::None) {
            EXPECT_EQ(after.error_of_open("d/f", kRead), Errno::NoEnt);
        }
        if (made == Errno::None) {
            EXPECT_EQ(after.error_of_open("e", kRead), Errno::None);
        }
    }
}

TEST(Failure, OutOfMemoryIsAnError) {
    const std::vector<u8> image = empty_image();
    const long before = fake::pages_in_use();
    for (long pages = 0; pages < 80; pages++) {
        fake::set_page_limit(before + pages);
        Mounted m(image);
        if (!m.mounted.ok()) {
            EXPECT_EQ(m.mounted.error(), Errno::NoMem);
            continue;
        }
        EXPECT_GE(m.save("f", pattern(3000)), failed(Errno::NoMem));
        fake::set_page_limit(1 << 30);
        EXPECT_SOUND(m);
    }
    fake::set_page_limit(1 << 30);
    EXPECT_EQ(fake::pages_in_use(), before);
}

// The bitmap says that a file's indirect block is free. While the file holds it, it must not be allocated to
// the file.
TEST(Failure, ABlockInUseThatIsMarkedFreeDoesNotHangAWrite) {
    std::vector<u8> image;
    u32 number;
    {
        Mounted m;
        m.save("f", pattern(9 * BSIZE));
        number = m.fs->namei(*m.root, "f").value()->number();
        image = m.disk->bytes();
    }
    const auto& super = *reinterpret_cast<const superblock*>(&image[BSIZE]);
    reinterpret_cast<logheader*>(&image[size_t{super.logstart} * BSIZE])->n = 0;
    const u32 block =
        reinterpret_cast<dinode*>(&image[size_t{super.inodestart} * BSIZE])[number].addrs[NDIRECT];
    image[size_t{super.bmapstart} * BSIZE + block / 8] &= static_cast<u8>(~(1 << block % 8));
    Mounted m(std::move(image));
    auto f = m.open("f", kWrite | kAppend).value();
    EXPECT_EQ(Mounted::write(*f, "x"), failed(Errno::Io));
}

// Damages each field of the superblock, and writes noise over inodes, directories and the log.
TEST(Failure, ADamagedDiskNeverPanics) {
    std::vector<u8> image;
    {
        Mounted m;
        m.mkdir("d");
        m.save("d/f", pattern(20'000));
        image = m.disk->bytes();
    }
    const auto use = [](std::vector<u8> damaged) {
        Mounted m(std::move(damaged));
        if (!m.mounted.ok()) return;
        m.cat("d/f");
        m.save("d/g", "x");
        m.unlink("d/f");
        m.mkdir("e");
    };
    for (usize field = 0; field < sizeof(superblock) / 4; field++) {
        for (const u32 value : {0u, 1u, 2u, 0x7fffffffu, 0xffffffffu}) {
            std::vector<u8> damaged = image;
            std::copy_n(reinterpret_cast<const u8*>(&value), 4,
                        damaged.begin() + BSIZE + static_cast<long>(field) * 4);
            use(std::move(damaged));
        }
    }
    for (u32 block = 0; block < 170; block++) {
        for (const u32 seed : {1u, 2u, 3u}) {
            std::vector<u8> damaged = image;
            const std::string noise = pattern(BSIZE, block * 7 + seed);
            std::copy(noise.begin(), noise.end(), damaged.begin() + block * BSIZE);
            use(std::move(damaged));
        }
    }
}

}  // namespace
