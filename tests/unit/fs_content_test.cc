// Sizes, holes, appending, modes and times of files in memory.
#include "fs_fixture.h"
#include "proc/wall_clock.h"
#include "stat.h"

namespace fake {
extern u64 now;
}

namespace {

i64 write_at(Mounted& m, const std::string& path, u64 offset, const std::string& text) {
    auto f = m.open(path, kReadWrite | kCreate).value();
    f->offset = offset;
    return Mounted::write(*f, text);
}

std::string zeros(usize n) { return std::string(n, '\0'); }

TEST(Content, PastTheEndAWriteLeavesAHole) {
    Mounted m(empty_image(4096));
    const u32 free = m.free_blocks();
    for (const usize at : {5u, 1023u, 1024u, 5000u, 300'000u, 900'000u}) {
        const std::string name = "f" + std::to_string(at);
        m.save(name, "abc");
        EXPECT_EQ(write_at(m, name, at, "end"), 3);
        EXPECT_EQ(m.cat(name), "abc" + zeros(at - 3) + "end");
        EXPECT_SOUND(m);
        m.unlink(name);
        EXPECT_EQ(m.free_blocks(), free);
    }
    EXPECT_EQ(write_at(m, "far", u64{MAXFILE} * BSIZE - 1, "x"), 1);
    EXPECT_GT(m.free_blocks() + 10, free) << "a hole takes no blocks";
    EXPECT_EQ(write_at(m, "far", u64{MAXFILE} * BSIZE, "x"), failed(Errno::FBig));
    EXPECT_EQ(write_at(m, "far", ~u64{0} >> 1, "x"), failed(Errno::FBig));
    EXPECT_SOUND(m);
}

TEST(Content, AHoleCanBeFilled) {
    Mounted m;
    write_at(m, "f", 400'000, "end");
    EXPECT_EQ(write_at(m, "f", 200'000, "middle"), 6);
    EXPECT_EQ(m.cat("f"), zeros(200'000) + "middle" + zeros(400'000 - 200'006) + "end");
    EXPECT_SOUND(m);
}

TEST(Content, AFailedWritePastTheEndChangesNothing) {
    Mounted m;
    m.save("f", "abc");
    auto f = m.open("f", kReadWrite).value();
    f->offset = 5000;
    EXPECT_EQ(f->ops->write(*f, UserAddr{fake::kBadAddress}, 10).error(), Errno::Fault);
    EXPECT_EQ(fake::stat_of(*f).size, 3u);
    EXPECT_EQ(m.cat("f"), "abc");
    EXPECT_SOUND(m);
}

TEST(Content, TruncateCutsAndExtendsWithZeros) {
    Mounted m;
    const std::string text = pattern(300'000);
    for (const usize size : {0u, 1u, 1023u, 1024u, 1025u, 8192u, 8193u, 270'000u, 299'999u}) {
        m.save("f", text);
        EXPECT_EQ(m.truncate("f", size), Errno::None);
        EXPECT_EQ(m.cat("f"), text.substr(0, size));
        EXPECT_EQ(m.truncate("f", 300'000), Errno::None);
        EXPECT_EQ(m.cat("f"), text.substr(0, size) + zeros(300'000 - size)) << "cut to " << size;
        EXPECT_SOUND(m);
    }
    EXPECT_EQ(m.truncate("f", u64{MAXFILE} * BSIZE), Errno::None);
    EXPECT_EQ(m.truncate("f", u64{MAXFILE} * BSIZE + 1), Errno::FBig);
    EXPECT_EQ(m.truncate("f", 10), Errno::None);
    EXPECT_SOUND(m);
}

TEST(Content, TruncateGivesBackBlocks) {
    Mounted m;
    m.save("f", "x");
    const u32 free = m.free_blocks();
    m.save("f", pattern(500'000));
    EXPECT_EQ(m.truncate("f", 1), Errno::None);
    EXPECT_EQ(m.free_blocks(), free);
}

// The machine stopped in a truncation: old blocks are past the end.
TEST(Content, OldBytesPastTheEndDoNotComeBack) {
    Mounted m;
    m.save("f", pattern(200'000));
    const u32 number = m.fs->namei(*m.root, "f").value()->number();
    m.unmount();
    std::vector<u8> image = m.disk->bytes();
    const auto& super = *reinterpret_cast<superblock*>(&image[BSIZE]);
    reinterpret_cast<logheader*>(&image[size_t{super.logstart} * BSIZE])->n = 0;
    reinterpret_cast<dinode*>(&image[size_t{super.inodestart} * BSIZE])[number].size = 3;
    for (const bool by_write : {true, false}) {
        Mounted after(image);
        if (by_write)
            write_at(after, "f", 150'000, "end");
        else
            after.truncate("f", 150'003);
        EXPECT_EQ(after.cat("f"), pattern(3) + zeros(150'000 - 3) + (by_write ? "end" : zeros(3)));
        EXPECT_SOUND(after);
    }
}

TEST(Content, AppendingWritesGoToTheEnd) {
    Mounted m;
    m.save("log", "one ");
    auto a = m.open("log", kWrite | kAppend).value(), b = m.open("log", kWrite | kAppend).value();
    Mounted::write(*a, "two ");
    Mounted::write(*b, "three ");
    a->offset = 0;
    Mounted::write(*a, "four");
    EXPECT_EQ(a->offset, 18u);
    EXPECT_EQ(m.cat("log"), "one two three four");
}

TEST(Content, OpenKnowsItsFlags) {
    Mounted m;
    m.mkdir("d");
    EXPECT_EQ(m.error_of_open("f", kWrite | kCreate | kExclusive), Errno::None);
    EXPECT_EQ(m.error_of_open("f", kWrite | kCreate | kExclusive), Errno::Exist);
    EXPECT_EQ(m.error_of_open("d", kRead | kCreate | kExclusive), Errno::Exist);
    EXPECT_EQ(m.error_of_open("f", kRead | kDirectory), Errno::NotDir);
    EXPECT_EQ(m.error_of_open("d", kRead | kDirectory), Errno::None);
    EXPECT_EQ(m.error_of_open("g", kRead | kDirectory | kCreate), Errno::Inval);
}

TEST(Content, UnlinkOfATypeSparesTheOther) {
    Mounted m;
    m.mkdir("d");
    m.save("f", "");
    EXPECT_EQ(m.fs->unlink(*m.root, "d", kFile).error(), Errno::IsDir);
    EXPECT_EQ(m.fs->unlink(*m.root, "f", kDir).error(), Errno::NotDir);
    EXPECT_EQ(m.fs->unlink(*m.root, "d", kDir).error(), Errno::None);
    EXPECT_EQ(m.fs->unlink(*m.root, "f", kFile).error(), Errno::None);
    EXPECT_SOUND(m);
}

TEST(Content, KeepsModesAndTimesOverAMount) {
    Mounted m;
    const u64 start = fake::now;
    auto f = fs::open(*m.fs, *m.root, "f", kWrite | kCreate, 0640).value();
    EXPECT_EQ(fake::stat_of(*f).permissions, 0640u);
    EXPECT_EQ(fake::stat_of(*f).mtime, start);
    fake::now += 5'000'000'000;
    Mounted::write(*f, "x");
    EXPECT_EQ(fake::stat_of(*f).mtime, start + 5'000'000'000);
    Ref<fs::Inode> inode = m.fs->namei(*m.root, "f").value();
    EXPECT_TRUE(m.fs->set_mode(*inode, 0755).ok());
    EXPECT_TRUE(m.fs->set_mtime(*inode, 1'000'000'007).ok());
    inode = {};
    f = {};
    m.unmount();
    Mounted again(m.disk->bytes());
    const auto g = again.open("f", kRead).value();
    EXPECT_EQ(fake::stat_of(*g).permissions, 0755u);
    EXPECT_EQ(fake::stat_of(*g).mtime, 1'000'000'007u);
    fake::now = start;
}

TEST(Content, ADiskOfAnotherVersionIsRefused) {
    std::vector<u8> image = empty_image();
    reinterpret_cast<superblock*>(&image[BSIZE])->magic = 0x0036786e;
    EXPECT_EQ(Mounted(image).mounted.error(), Errno::Inval);
}

}  // namespace
