// Files and directories of a file system in memory.
#include <set>

#include "fs/device.h"
#include "fs/pipe.h"
#include "fs_fixture.h"
#include "mm/uaccess.h"
#include "stat.h"

namespace {

TEST(FileSystem, KeepsWhatWasWritten) {
    Mounted m;
    ASSERT_TRUE(m.mounted.ok());
    EXPECT_EQ(m.save("hello", "a message from nx6!"), 19);
    EXPECT_EQ(m.cat("/hello"), "a message from nx6!");
    EXPECT_SOUND(m);
}

TEST(FileSystem, KeepsItOverAMount) {
    Mounted m;
    const std::string text = pattern(30'000);
    m.save("big", text);
    m.unmount();
    Mounted again(m.disk->bytes());
    EXPECT_EQ(again.cat("big"), text);
}

TEST(FileSystem, ReadsAndWritesInPieces) {
    Mounted m;
    auto f = m.open("f", kReadWrite | kCreate).value();
    const std::string text = pattern(9'000);
    for (usize i = 0; i < text.size(); i += 700) Mounted::write(*f, text.substr(i, 700));
    auto r = m.open("f", kRead).value();
    std::string got;
    for (std::string part; !(part = Mounted::read(*r, 613)).empty();) got += part;
    EXPECT_EQ(got, text);
}

TEST(FileSystem, HoldsFilesThatNeedEveryLevelOfIndirection) {
    Mounted m(empty_image(4096));
    const u32 free = m.free_blocks();
    const std::string text = pattern((NDIRECT + NINDIRECT + 2 * NINDIRECT + 7) * BSIZE + 5);
    EXPECT_EQ(m.save("huge", text), static_cast<i64>(text.size()));
    EXPECT_EQ(m.cat("huge"), text);
    EXPECT_SOUND(m);
    EXPECT_EQ(m.unlink("huge"), Errno::None);
    EXPECT_EQ(m.free_blocks(), free);
    EXPECT_SOUND(m);
}

TEST(FileSystem, StopsAtTheLargestFile) {
    Mounted m(empty_image(70'000));
    auto f = m.open("max", kWrite | kCreate).value();
    const std::string megabyte = pattern(1 << 20);
    i64 total = 0;
    for (i64 n; (n = Mounted::write(*f, megabyte)) > 0;) total += n;
    EXPECT_EQ(total, i64{MAXFILE} * BSIZE);
    EXPECT_EQ(Mounted::write(*f, "x"), failed(Errno::FBig));
    EXPECT_SOUND(m);
}

TEST(FileSystem, EmptiesAFileOnTruncate) {
    Mounted m;
    m.save("f", pattern(200'000));
    const u32 before = m.free_blocks();
    m.save("f", "short");
    EXPECT_EQ(m.cat("f"), "short");
    EXPECT_GT(m.free_blocks(), before + 180);
    EXPECT_SOUND(m);
}

TEST(FileSystem, OverwritesInPlace) {
    Mounted m;
    m.save("f", pattern(5000));
    const u32 free = m.free_blocks();
    auto f = m.open("f", kWrite).value();
    Mounted::write(*f, "new");
    EXPECT_EQ(m.cat("f").substr(0, 5), "new" + pattern(5000).substr(3, 2));
    EXPECT_EQ(m.cat("f").size(), 5000u);
    EXPECT_EQ(m.free_blocks(), free);
}

TEST(FileSystem, WalksPaths) {
    Mounted m;
    EXPECT_EQ(m.mkdir("a"), Errno::None);
    EXPECT_EQ(m.mkdir("/a/b"), Errno::None);
    m.save("a/b/c", "deep");
    for (const char* path :
         {"a/b/c", "/a/b/c", "//a///b//c", "./a/./b/../b/c", "/../a/b/c", "a/b/../../a/b/c"})
        EXPECT_EQ(m.cat(path), "deep") << path;
    EXPECT_EQ(m.error_of_open("a/x/c", kRead), Errno::NoEnt);
    EXPECT_EQ(m.error_of_open("a/b/c/d", kRead), Errno::NotDir);
    EXPECT_EQ(m.error_of_open("", kRead), Errno::NoEnt);
    EXPECT_EQ(m.error_of_open("x/y", kWrite | kCreate), Errno::NoEnt);
    EXPECT_EQ(m.mkdir("a/b"), Errno::Exist);
    EXPECT_EQ(m.mkdir("/"), Errno::Exist);
    EXPECT_SOUND(m);
}

TEST(FileSystem, CutsLongNames) {
    Mounted m;
    m.save("fourteen-bytes-and-more", "x");
    EXPECT_EQ(m.cat("fourteen-bytes"), "x");
    EXPECT_EQ(m.cat("fourteen-bytes-or-less"), "x");
    EXPECT_EQ(m.error_of_open("fourteen-byte", kRead), Errno::NoEnt);
}

TEST(FileSystem, RefusesOpensThatMakeNoSense) {
    Mounted m;
    m.mkdir("d");
    EXPECT_EQ(m.error_of_open("d", kWrite), Errno::IsDir);
    EXPECT_EQ(m.error_of_open("d", kRead | kCreate), Errno::IsDir);
    EXPECT_EQ(m.error_of_open("d", kRead | kTruncate), Errno::IsDir);
    EXPECT_EQ(m.error_of_open("d", kWrite | kReadWrite), Errno::Inval);
    EXPECT_EQ(m.error_of_open("none", kRead), Errno::NoEnt);
    ASSERT_TRUE(m.fs->create(*m.root, "dev", {kDevice, 7}).ok());
    EXPECT_EQ(m.error_of_open("dev", kRead), Errno::NoDev);
    EXPECT_EQ(fs::files_in_use(), 0u);
    EXPECT_EQ(m.fs->inodes().in_use(), 1u) << "only the fixture's reference to the root";
}

TEST(FileSystem, GivesAFileSeveralNames) {
    Mounted m;
    m.mkdir("d");
    m.save("one", "text");
    EXPECT_EQ(m.link("one", "d/two"), Errno::None);
    EXPECT_EQ(m.link("one", "d/two"), Errno::Exist);
    EXPECT_EQ(m.link("none", "three"), Errno::NoEnt);
    EXPECT_EQ(m.link("one", "x/three"), Errno::NoEnt);
    EXPECT_EQ(m.link("d", "e"), Errno::Perm);
    EXPECT_SOUND(m);
    EXPECT_EQ(m.unlink("one"), Errno::None);
    EXPECT_EQ(m.cat("d/two"), "text");
    EXPECT_EQ(m.unlink("d/two"), Errno::None);
    EXPECT_SOUND(m);
    EXPECT_EQ(m.check().inodes, 2u);
}

TEST(FileSystem, RemovesOnlyEmptyDirectories) {
    Mounted m;
    const u32 free = m.free_blocks();
    m.mkdir("d");
    m.save("d/f", "");
    EXPECT_EQ(m.unlink("d"), Errno::NotEmpty);
    EXPECT_EQ(m.unlink("d/."), Errno::Inval);
    EXPECT_EQ(m.unlink("d/.."), Errno::Inval);
    EXPECT_EQ(m.unlink("/"), Errno::Exist);
    EXPECT_EQ(m.unlink("d/none"), Errno::NoEnt);
    EXPECT_EQ(m.unlink("d/f"), Errno::None);
    EXPECT_EQ(m.unlink("d"), Errno::None);
    EXPECT_EQ(m.free_blocks(), free);
    EXPECT_SOUND(m);
}

TEST(FileSystem, KeepsAnUnlinkedFileWhileItIsOpen) {
    Mounted m;
    const u32 free = m.free_blocks();
    const std::string text = pattern(50'000);
    m.save("f", text);
    {
        auto f = m.open("f", kReadWrite).value();
        EXPECT_EQ(m.unlink("f"), Errno::None);
        EXPECT_EQ(m.error_of_open("f", kRead), Errno::NoEnt);
        EXPECT_EQ(Mounted::read(*f, 100'000), text);
        EXPECT_EQ(Mounted::write(*f, "still here"), 10);
        EXPECT_EQ(m.check().orphans, 1u);
    }
    EXPECT_EQ(m.free_blocks(), free);
    EXPECT_SOUND(m);
}

TEST(FileSystem, LetsNothingIntoARemovedDirectory) {
    Mounted m;
    m.mkdir("d");
    m.mkdir("d/e");
    {
        auto here = m.fs->namei(*m.root, "d/e").value();
        m.unlink("d/e");
        m.unlink("d");
        EXPECT_EQ(m.fs->create(*here, "f", {kFile}).error(), Errno::NoEnt);
        EXPECT_EQ(m.fs->namei(*here, "..").error(), Errno::NoEnt);
        m.save("f", "");
        EXPECT_EQ(m.fs->link(*here, "/f", "g").error(), Errno::NoEnt);
    }
    m.fs->free_orphans();
    EXPECT_SOUND(m);
}

TEST(FileSystem, ReusesEntriesOfADirectory) {
    Mounted m(empty_image(2048, 300));
    for (int i = 0; i < 200; i++) ASSERT_GE(m.save("f" + std::to_string(i), std::to_string(i)), 0);
    for (int i = 0; i < 200; i++) EXPECT_EQ(m.cat("f" + std::to_string(i)), std::to_string(i));
    const auto f = m.open("/", kRead).value();
    const usize size = Mounted::read(*f, 1 << 20).size();
    for (int i = 0; i < 200; i += 2) EXPECT_EQ(m.unlink("f" + std::to_string(i)), Errno::None);
    for (int i = 0; i < 100; i++) ASSERT_GE(m.save("g" + std::to_string(i), ""), 0);
    const auto again = m.open("/", kRead).value();
    EXPECT_EQ(Mounted::read(*again, 1 << 20).size(), size);
    EXPECT_SOUND(m);
}

TEST(Device, IsReachedThroughItsName) {
    Mounted m;
    ASSERT_TRUE(m.fs->create(*m.root, "loud", {kDevice, 3}).ok());
    fs::device_register(
        3, {.write = [](UserAddr, usize n, bool) { return Result<i64>(static_cast<i64>(n) * 2); }});
    auto f = m.open("loud", kReadWrite).value();
    EXPECT_EQ(Mounted::write(*f, "text"), 8);
    char c;
    EXPECT_EQ(f->ops->read(*f, {reinterpret_cast<uptr>(&c)}, 1).error(), Errno::OpNotSupp);
    EXPECT_EQ(fake::stat_of(*f).type, kDevice);
    EXPECT_EQ(m.error_of_open("loud", kWrite | kCreate | kTruncate), Errno::None) << "as in xv6's shell";
}

TEST(Device, MayAnswerOnlyRequests) {
    Mounted m;
    ASSERT_TRUE(m.fs->create(*m.root, "quiet", {kDevice, 4}).ok());
    EXPECT_EQ(m.error_of_open("quiet", kRead), Errno::NoDev);
    fs::device_register(4, {.ioctl = [](u32 request, UserAddr argument) {
                            return mm::copy_out(argument, &request, sizeof request);
                        }});
    auto f = m.open("quiet", kReadWrite).value();
    u32 answer = 0;
    EXPECT_EQ(f->ops->ioctl(*f, 77, {reinterpret_cast<uptr>(&answer)}).error(), Errno::None);
    EXPECT_EQ(answer, 77u);
    EXPECT_EQ(Mounted::read(*f, 1), "");
    EXPECT_EQ(Mounted::write(*f, "text"), -static_cast<i64>(Errno::OpNotSupp));
}

TEST(Stat, TellsWhatAFileIs) {
    Mounted m;
    m.mkdir("d");
    m.save("d/f", pattern(5000));
    m.link("d/f", "g");
    auto f = m.open("g", kRead).value();
    EXPECT_EQ(fake::stat_of(*f).type, kFile);
    EXPECT_EQ(fake::stat_of(*f).links, 2);
    EXPECT_EQ(fake::stat_of(*f).size, 5000u);
    EXPECT_EQ(fake::stat_of(*m.open("d", kRead).value()).type, kDir);
    EXPECT_EQ(fake::stat_of(*m.open("/", kRead).value()).inode, static_cast<u32>(ROOTINO));
    EXPECT_EQ(fake::stat_of(*m.open("/", kRead).value()).links, 2) << "its own . and the .. of d";
    EXPECT_EQ(fake::stat_of(*fs::pipe_create().value().reader).type, kPipe);
}

TEST(FileTable, TakesMemoryForManyDescriptorsOnlyFromThoseWhoHaveThem) {
    Mounted m;
    m.save("f", "text");
    const long before = fake::pages_in_use();
    std::vector<fs::FileTable*> tables;
    for (int i = 0; i < 6; i++) tables.push_back(fs::FileTable::create().value());
    EXPECT_EQ(fake::pages_in_use(), before + 1) << "six fit in a page";
    fs::FileTable& table = *tables[0];
    for (int i = 0; i < 64; i++) ASSERT_TRUE(table.install(m.open("f", kRead).value()).ok());
    const long few = fake::pages_in_use();
    ASSERT_TRUE(table.install_at(NOFILE - 1, m.open("f", kRead).value()).ok());
    EXPECT_EQ(fake::pages_in_use(), few + 1) << "only its own chunk";
    EXPECT_TRUE(table.get(NOFILE - 1));
    EXPECT_EQ(table.get(NOFILE - 2), nullptr);
    EXPECT_EQ(table.get(100), nullptr) << "in a chunk that is not allocated";
    EXPECT_EQ(table.install(m.open("f", kRead).value()).value(), 64);
    EXPECT_EQ(table.install_at(NOFILE, m.open("f", kRead).value()).error(), Errno::BadF);
    for (fs::FileTable* t : tables) fs::FileTable::destroy(t);
    EXPECT_EQ(fs::files_in_use(), 0u);
    EXPECT_EQ(fake::pages_in_use(), before);
}

TEST(FileTable, WithoutMemoryForOneMoreSaysSoAndLosesNothing) {
    Mounted m;
    m.save("f", "text");
    fs::FileTable* table = fs::FileTable::create().value();
    fs::FileTable* child = fs::FileTable::create().value();
    for (int i = 0; i < 64; i++) ASSERT_TRUE(table->install(m.open("f", kRead).value()).ok());
    Ref<fs::File> file = m.open("f", kRead).value();
    fake::set_page_limit(fake::pages_in_use());
    EXPECT_EQ(table->make_room().error(), Errno::NoMem);
    EXPECT_EQ(table->install(file).error(), Errno::NoMem);
    EXPECT_EQ(table->install_at(500, file).error(), Errno::NoMem);
    fake::set_page_limit(1 << 20);
    EXPECT_EQ(table->install(file).value(), 64);
    fs::FileTable::destroy(child);
    fs::FileTable::destroy(table);
    file = {};
    EXPECT_EQ(fs::files_in_use(), 0u);
}

TEST(FileTable, VisitsAnOpenFileUnderAnyDescriptor) {
    Mounted m;
    m.save("f", "text");
    fs::FileTable* table = fs::FileTable::create().value();
    const Ref<fs::File> file = m.open("f", kRead).value();
    const auto visited = [&] {
        std::set<const fs::File*> files;
        const auto add = [](const fs::File& f, void* to) {
            static_cast<std::set<const fs::File*>*>(to)->insert(&f);
        };
        table->visit(add, &files);
        return files.contains(file.get());
    };
    EXPECT_FALSE(visited());
    ASSERT_TRUE(table->install(m.open("f", kRead).value()).ok());
    for (const int fd : {1, 63, 64, NOFILE - 1}) {
        ASSERT_TRUE(table->install_at(fd, file).ok());
        EXPECT_TRUE(visited()) << fd;
        ASSERT_TRUE(table->remove(fd).ok());
        EXPECT_FALSE(visited()) << fd;
    }
    fs::FileTable::destroy(table);
}

TEST(FileTable, GivesTheLowestFreeDescriptor) {
    Mounted m;
    m.save("f", "text");
    fs::FileTable* table = fs::FileTable::create().value();
    for (int i = 0; i < NOFILE; i++) EXPECT_EQ(table->install(m.open("f", kRead).value()).value(), i);
    EXPECT_EQ(table->make_room().error(), Errno::MFile);
    EXPECT_EQ(table->install(m.open("f", kRead).value()).error(), Errno::MFile);
    EXPECT_TRUE(table->remove(7).ok());
    EXPECT_EQ(table->remove(7).error(), Errno::BadF);
    EXPECT_EQ(table->get(7), nullptr);
    EXPECT_EQ(table->get(-1), nullptr);
    EXPECT_EQ(table->get(NOFILE), nullptr);
    EXPECT_EQ(table->install(m.open("f", kRead).value()).value(), 7);
    fs::FileTable* child = fs::FileTable::create().value();
    ASSERT_TRUE(table->clone_into(*child).ok());
    EXPECT_EQ(child->get(3), table->get(3));
    EXPECT_EQ(child->get(NOFILE - 1), table->get(NOFILE - 1));
    EXPECT_EQ(Mounted::read(*child->get(3), 2), "te");
    fs::FileTable::destroy(table);
    EXPECT_EQ(Mounted::read(*child->get(3), 9), "xt") << "the offset is shared";
    fs::FileTable::destroy(child);
    EXPECT_EQ(fs::files_in_use(), 0u);
}

TEST(FileSystem, GivesBackAllMemory) {
    const long before = fake::pages_in_use();
    {
        Mounted m;
        m.mkdir("d");
        m.save("d/f", pattern(300'000));
    }
    EXPECT_EQ(fake::pages_in_use(), before);
}

}  // namespace
