// fsck detects errors. Each test damages a sound image in one way.
#include <functional>

#include "fs_fixture.h"

namespace {

// A tree with each kind of object: /dir/file with many blocks, /dir/sub, /link to the file, a device.
std::vector<u8> sound_image() {
    Mounted m;
    m.mkdir("dir");
    m.mkdir("dir/sub");
    m.save("dir/file", pattern(400'000));
    m.link("dir/file", "link");
    EXPECT_TRUE(m.fs->create(*m.root, "device", {kDevice, 1}).ok());
    m.unmount();
    return m.disk->bytes();
}

class Damage {
  public:
    Damage() : image(sound_image()) {
        EXPECT_EQ(check_image(image).complaints, std::vector<std::string>{});
        // Otherwise the log would repair the damage.
        at<logheader>(super().logstart)->n = 0;
    }

    template <class T>
    T* at(u32 block) {
        return reinterpret_cast<T*>(&image[size_t{block} * BSIZE]);
    }
    superblock& super() { return *at<superblock>(1); }
    dinode& inode(u32 n) { return at<dinode>(super().inodestart + n / IPB)[n % IPB]; }
    dinode& directory() { return inode(2); }
    dinode& file() { return inode(4); }
    dirent* entries(const dinode& d) { return at<dirent>(d.addrs[0]); }
    void flip_bitmap(u32 block) { at<u8>(super().bmapstart)[block / 8] ^= static_cast<u8>(1 << block % 8); }

    // Whether fsck reports an error with these words.
    ::testing::AssertionResult noticed(const std::string& words) {
        std::string all;
        for (const std::string& c : check_image(image).complaints) all += c + "\n";
        if (all.find(words) != std::string::npos) return ::testing::AssertionSuccess();
        return ::testing::AssertionFailure() << "'" << words << "' is not in:\n" << all;
    }

    std::vector<u8> image;
};

TEST(Fsck, CountsWhatIsThere) {
    const Census c = check_image(sound_image());
    EXPECT_EQ(c.files, 1u);
    EXPECT_EQ(c.directories, 3u);
    EXPECT_EQ(c.devices, 1u);
    EXPECT_EQ(c.inodes, 5u);
    EXPECT_EQ(c.orphans, 0u);
}

TEST(Mkfs, PutsADeviceIntoADirectory) {
    Image image(1024, 64);
    image.add_device(image.add_directory(ROOTINO, "dev"), "none", 7, 0);
    image.finish();
    EXPECT_EQ(check_image(image.bytes()).complaints, std::vector<std::string>{});
    Mounted m(image.bytes());
    EXPECT_EQ(m.error_of_open("/dev/none", kRead), Errno::NoDev);
    EXPECT_EQ(m.error_of_open("/none", kRead), Errno::NoEnt);
}

// A complaint shows other bytes than ASCII as question marks. The names are compared as they are.
TEST(Fsck, TellsNamesApartThatItCannotPrint) {
    Image image(1024, 64);
    image.add_directory(ROOTINO, "\xc3\xa4");
    image.add_directory(ROOTINO, "\xc3\xb6");
    image.finish();
    EXPECT_EQ(check_image(image.bytes()).complaints, std::vector<std::string>{});
}

TEST(Fsck, NoticesALostBlock) {
    Damage d;
    d.flip_bitmap(d.super().size - 1);
    EXPECT_TRUE(d.noticed("block 1023 is lost"));
}

TEST(Fsck, NoticesABlockInUseThatIsMarkedFree) {
    Damage d;
    d.flip_bitmap(d.file().addrs[3]);
    EXPECT_TRUE(d.noticed("is in use but marked free"));
}

TEST(Fsck, NoticesABlockOfTwoOwners) {
    Damage d;
    d.directory().addrs[0] = d.file().addrs[0];
    EXPECT_TRUE(d.noticed("has two owners, inodes 2 and 4"));
}

TEST(Fsck, NoticesBlocksThatCannotBe) {
    Damage d;
    d.file().addrs[0] = 5;
    d.file().addrs[1] = 0xffffffff;
    EXPECT_TRUE(d.noticed("inode 4 has block 5, which is outside"));
    EXPECT_TRUE(d.noticed("inode 4 has block 4294967295, which is outside"));
}

TEST(Fsck, NoticesHolesInDirectories) {
    Damage d;
    d.directory().size = 2 * BSIZE;
    EXPECT_TRUE(d.noticed("inode 2 has 1 of the 2 blocks that its size requires"));
    d.directory().size = 0xffffffff;
    EXPECT_TRUE(d.noticed("inode 2 has 1 of the 4194304 blocks"));
}

TEST(Fsck, NoticesWrongLinkCounts) {
    Damage d;
    d.file().nlink = 3;
    d.directory().nlink = -1;
    EXPECT_TRUE(d.noticed("inode 4 has 2 names but a link count of 3"));
    EXPECT_TRUE(d.noticed("inode 2 has a negative link count"));
}

TEST(Fsck, NoticesLostInodes) {
    Damage d;
    d.inode(9).type = kFile;
    EXPECT_TRUE(d.noticed("1 inodes are lost"));
    d.inode(9).nlink = 1;
    EXPECT_TRUE(d.noticed("inode 9 has 0 names but a link count of 1"));
    d.inode(9).type = 77;
    EXPECT_TRUE(d.noticed("inode 9 has the unknown type 77"));
}

TEST(Fsck, NoticesBadEntries) {
    Damage d;
    dirent* e = d.entries(d.directory());
    e[3].inum = 50;
    EXPECT_TRUE(d.noticed("inode 2 has an entry 'file' for inode 50, which is not in use"));
    e[3].inum = 4;
    e[2].name[0] = '/';
    EXPECT_TRUE(d.noticed("inode 2 has an entry '/ub', which is not a valid name"));
    e[2] = e[3];
    EXPECT_TRUE(d.noticed("inode 2 has an entry 'file' twice"));
}

TEST(Fsck, NoticesDirectoriesThatDoNotHangTogether) {
    Damage d;
    dirent* e = d.entries(d.directory());
    e[1].inum = 3;
    EXPECT_TRUE(d.noticed("inode 2 is in directory 1 but its .. is inode 3"));
    e[0].inum = 1;
    EXPECT_TRUE(d.noticed("inode 2 names inode 1 as ."));
    e[0].inum = 0;
    EXPECT_TRUE(d.noticed("inode 2 is a directory without . and .."));
    e[2].inum = 0;
    EXPECT_TRUE(d.noticed("inode 3 is a directory that cannot be reached"));
}

TEST(Fsck, NoticesImagesThatAreNone) {
    Damage d;
    d.super().bmapstart = d.super().inodestart;
    EXPECT_TRUE(d.noticed("overlap"));
    d.super().nlog = LOGLEAST;
    EXPECT_TRUE(d.noticed("the log is too small"));
    d.super().size = 5000;
    EXPECT_TRUE(d.noticed("says 5000 blocks, but the image ends after 1024"));
    d.super().magic += 1 << 24;
    EXPECT_TRUE(d.noticed("the format has version 2, not 1"));
    d.super().magic++;
    EXPECT_TRUE(d.noticed("not an nx6 file system"));
    d.image.resize(100);
    EXPECT_TRUE(d.noticed("too short"));
}

TEST(Fsck, TellsWhatTheLogHolds) {
    Mounted m;
    EXPECT_EQ(m.check().log, "never used");
    m.disk->recording = true;
    m.save("f", "text");
    EXPECT_NE(m.check().log.find("all installed"), std::string::npos) << m.check().log;
    // The state before the last commit is installed, which the next mount does.
    std::vector<u8> image = m.disk->bytes();
    const auto last = m.disk->events.back();
    std::fill_n(image.begin() + static_cast<long>(last.block) * BSIZE, BSIZE, 0);
    const Census pending = check_image(image);
    EXPECT_EQ(pending.complaints, std::vector<std::string>{});
    EXPECT_NE(pending.log.find("1 of them not yet installed"), std::string::npos) << pending.log;
    image[(size_t{pending.layout.logstart} + 1) * BSIZE]++;
    EXPECT_NE(check_image(image).log.find("incomplete commit"), std::string::npos);
}

// Random bytes must not cause a crash or an access outside the image.
TEST(Fsck, SurvivesNoise) {
    const std::vector<u8> image = sound_image();
    for (u32 block = 1; block < 200; block++) {
        std::vector<u8> damaged = image;
        const std::string noise = pattern(BSIZE, block);
        std::copy(noise.begin(), noise.end(), damaged.begin() + static_cast<long>(block) * BSIZE);
        check_image(std::move(damaged));
    }
}

}  // namespace
