// rename() in memory; fs_kill_test.cc and fs_crash_test.cc stop the machine in it.
#include "fs_fixture.h"

namespace {

TEST(Rename, GivesAFileANewName) {
    Mounted m;
    m.mkdir("d");
    m.save("old", "text");
    EXPECT_EQ(m.rename("old", "new"), Errno::None);
    EXPECT_EQ(m.error_of_open("old", kRead), Errno::NoEnt);
    EXPECT_EQ(m.cat("new"), "text");
    EXPECT_EQ(m.rename("new", "d/inside"), Errno::None);
    EXPECT_EQ(m.cat("d/inside"), "text");
    EXPECT_EQ(m.rename("none", "x"), Errno::NoEnt);
    EXPECT_EQ(m.rename("d/inside", "none/x"), Errno::NoEnt);
    EXPECT_EQ(m.rename("d/inside", "d/inside/x"), Errno::NotDir);
    EXPECT_SOUND(m);
}

TEST(Rename, ReplacesAFileAndFreesIt) {
    Mounted m;
    const u32 free = m.free_blocks();
    m.save("old", "text");
    m.save("new", pattern(300'000));
    EXPECT_EQ(m.rename("old", "new"), Errno::None);
    EXPECT_EQ(m.cat("new"), "text");
    EXPECT_SOUND(m);
    EXPECT_EQ(m.unlink("new"), Errno::None);
    EXPECT_EQ(m.free_blocks(), free);
}

TEST(Rename, KeepsAReplacedFileWhileItIsOpen) {
    Mounted m;
    m.save("old", "text");
    m.save("new", "before");
    {
        auto f = m.open("new", kRead).value();
        EXPECT_EQ(m.rename("old", "new"), Errno::None);
        EXPECT_EQ(Mounted::read(*f, 99), "before");
    }
    EXPECT_EQ(m.cat("new"), "text");
    EXPECT_SOUND(m);
}

TEST(Rename, OfTwoNamesOfOneFileDoesNothing) {
    Mounted m;
    m.save("a", "text");
    m.link("a", "b");
    EXPECT_EQ(m.rename("a", "b"), Errno::None);
    EXPECT_EQ(m.rename("a", "a"), Errno::None);
    EXPECT_EQ(m.cat("a") + m.cat("b"), "texttext");
    EXPECT_SOUND(m);
}

TEST(Rename, MovesADirectoryWithAllThatIsInIt) {
    Mounted m;
    for (const char* d : {"a", "a/b", "a/b/c", "z"}) m.mkdir(d);
    m.save("a/b/c/f", "deep");
    EXPECT_EQ(m.rename("a/b", "z/y"), Errno::None);
    EXPECT_EQ(m.cat("z/y/c/f"), "deep");
    EXPECT_EQ(m.cat("z/y/../y/c/f"), "deep") << "the .. is the new parent";
    EXPECT_SOUND(m);
    EXPECT_EQ(m.rename("z/y", "z/x"), Errno::None) << "in the same directory";
    EXPECT_EQ(m.cat("z/x/c/f"), "deep");
    EXPECT_EQ(m.unlink("a"), Errno::None);
    EXPECT_SOUND(m);
}

TEST(Rename, ReplacesAnEmptyDirectoryOnly) {
    Mounted m;
    for (const char* d : {"a", "empty", "full", "full/x", "sub", "sub/empty"}) m.mkdir(d);
    m.save("f", "text");
    EXPECT_EQ(m.rename("a", "full"), Errno::NotEmpty);
    EXPECT_EQ(m.rename("a", "f"), Errno::NotDir);
    EXPECT_EQ(m.rename("f", "a"), Errno::IsDir);
    EXPECT_EQ(m.rename("full/x", "full"), Errno::NotEmpty) << "its own parent";
    EXPECT_EQ(m.rename("a", "empty"), Errno::None);
    EXPECT_EQ(m.rename("empty", "sub/empty"), Errno::None);
    EXPECT_SOUND(m);
}

TEST(Rename, MakesNoLoopAndSparesTheRoot) {
    Mounted m;
    for (const char* d : {"a", "a/b", "a/b/c"}) m.mkdir(d);
    EXPECT_EQ(m.rename("a", "a/b/c/d"), Errno::Inval);
    EXPECT_EQ(m.rename("a", "a/x"), Errno::Inval);
    EXPECT_EQ(m.rename("a/b", "a/b/../b/x"), Errno::Inval);
    EXPECT_EQ(m.rename("/", "x"), Errno::Busy);
    EXPECT_EQ(m.rename("a", "/"), Errno::Busy);
    EXPECT_EQ(m.rename("a/.", "x"), Errno::Busy);
    EXPECT_EQ(m.rename("a/b/..", "x"), Errno::Busy);
    EXPECT_EQ(m.rename("a/b", "a/b/c/.."), Errno::Busy);
    EXPECT_SOUND(m);
}

TEST(Rename, LetsNothingIntoARemovedDirectory) {
    Mounted m;
    m.mkdir("d");
    m.save("f", "text");
    {
        auto here = m.fs->namei(*m.root, "d").value();
        m.unlink("d");
        EXPECT_EQ(m.fs->rename(*here, "/f", "g").error(), Errno::NoEnt);
        EXPECT_EQ(m.fs->rename(*here, "g", "/f").error(), Errno::NoEnt);
    }
    m.fs->free_orphans();
    EXPECT_EQ(m.cat("f"), "text");
    EXPECT_SOUND(m);
}

// A directory's block has 64 entries. On a full disk there is no second one.
TEST(Rename, WithoutSpaceForTheNewNameChangesNothing) {
    Mounted m(empty_image(512));
    m.save("f", "text");
    m.mkdir("d");
    for (int i = 2; i < 64; i++) ASSERT_EQ(m.link("f", "d/" + std::to_string(i)), Errno::None);
    m.save("filler", pattern(1 << 20));
    ASSERT_EQ(m.free_blocks(), 0u);
    m.save("g", "");
    EXPECT_EQ(m.rename("g", "d/g"), Errno::NoSpc);
    EXPECT_EQ(m.cat("g"), "");
    EXPECT_EQ(m.rename("g", "d/5"), Errno::None) << "an existing entry needs no space";
    EXPECT_SOUND(m);
}

// The parent of each directory below the root is the directory itself.
std::vector<u8> with_circles(std::vector<u8> image) {
    const auto at = [&image](usize block) { return &image[block * BSIZE]; };
    const superblock super = *reinterpret_cast<superblock*>(at(1));
    reinterpret_cast<logheader*>(at(super.logstart))->n = 0;  // the log would repair it
    for (usize block = super.datastart; block < super.size; block++) {
        auto* e = reinterpret_cast<dirent*>(at(block));
        if (e[0].inum > ROOTINO && e[0].name == std::string(".") && e[1].name == std::string(".."))
            e[1].inum = e[0].inum;
    }
    return image;
}

TEST(Rename, FailsIfDirectoriesAreInACircle) {
    Mounted sound;
    sound.mkdir("moved");
    sound.mkdir("dir");
    sound.unmount();
    Mounted m(with_circles(sound.disk->bytes()));
    EXPECT_EQ(m.rename("moved", "dir/below"), Errno::Io);
    EXPECT_EQ(m.rename("dir", "moved/below"), Errno::Io);
}

}  // namespace
