// The guest's memory as vsockd maps it: what QEMU may say of it, and which addresses are found.
#include "tools/vsockd/memory.h"

#include "fake/vsockd/guest_memory.h"

namespace {

using fake::SharedMemory;
using vsockd::Fd;
using vsockd::GuestMemory;
using vsockd::Region;

constexpr u64 kGuest = SharedMemory::kGuest, kUser = SharedMemory::kUser, kSize = SharedMemory::kSize;

// Maps these regions, all of them in the same file; returns what is wrong with them.
std::string complaint(GuestMemory& m, SharedMemory& shared, std::vector<Region> regions) {
    std::vector<Fd> files;
    for (usize i = 0; i < regions.size(); i++) files.emplace_back(dup(shared.fd.get()));
    return m.map(regions, files);
}

TEST(VsockdMemory, IsTheFilesContent) {
    SharedMemory shared;
    GuestMemory m;
    ASSERT_EQ(complaint(m, shared, {{kGuest, kSize, kUser, 0}}), "");
    shared.at(5)[0] = 42;
    EXPECT_EQ(*m.at_guest(kGuest + 5, 1), 42);
    EXPECT_EQ(*m.at_user(kUser + 5, 1, 1), 42);
}

TEST(VsockdMemory, BeginsAtTheRegionsOffset) {
    SharedMemory shared;
    GuestMemory m;
    ASSERT_EQ(complaint(m, shared, {{kGuest, 0x1000, kUser, 0x3000}}), "");
    shared.at(0x3000)[0] = 42;
    EXPECT_EQ(*m.at_guest(kGuest, 1), 42);
}

TEST(VsockdMemory, EndsAtItsLastByte) {
    SharedMemory shared;
    GuestMemory m;
    ASSERT_EQ(complaint(m, shared, {{kGuest, kSize, kUser, 0}}), "");
    EXPECT_TRUE(m.at_guest(kGuest + kSize - 1, 1));
    EXPECT_FALSE(m.at_guest(kGuest + kSize - 1, 2));
    EXPECT_FALSE(m.at_guest(kGuest + kSize, 1));
    EXPECT_FALSE(m.at_guest(kGuest - 1, 2));
    EXPECT_FALSE(m.at_guest(kGuest + 1, ~0ull));
    EXPECT_FALSE(m.at_user(kUser + kSize - 2, 4, 2));
    EXPECT_FALSE(m.at_user(kUser + 1, 4, 2)) << "not aligned";
    std::vector<iovec> pieces;
    EXPECT_FALSE(m.find(kGuest + kSize - 1, 2, pieces));
    EXPECT_FALSE(m.find(~0ull, 2, pieces));
}

TEST(VsockdMemory, RangeAcrossTwoRegionsIsTwoPieces) {
    SharedMemory shared;
    GuestMemory m;
    ASSERT_EQ(
        complaint(m, shared, {{kGuest, 0x1000, kUser, 0x5000}, {kGuest + 0x1000, 0x1000, kUser + 0x1000, 0}}),
        "");
    std::vector<iovec> pieces;
    ASSERT_TRUE(m.find(kGuest + 0xff0, 0x20, pieces));
    ASSERT_EQ(pieces.size(), 2u);
    EXPECT_EQ(pieces[0].iov_len, 0x10u);
    EXPECT_EQ(pieces[1].iov_base, m.at_guest(kGuest + 0x1000, 1));
    EXPECT_FALSE(m.at_guest(kGuest + 0xff0, 0x20)) << "a table must be in one piece";
}

TEST(VsockdMemory, OfRegionsThatLieIsRefused) {
    SharedMemory shared;
    GuestMemory m;
    for (const std::vector<Region>& regions :
         std::vector<std::vector<Region>>{{},
                                          {{kGuest, 0, kUser, 0}},
                                          {{kGuest, kSize + 1, kUser, 0}},
                                          {{kGuest, kSize, kUser, 0x1000}},
                                          {{kGuest, 0x1000, kUser, ~0ull}},
                                          {{~0ull, 0x1000, kUser, 0}},
                                          {{kGuest, 0x1000, ~0ull, 0}},
                                          {{kGuest, 0x2000, kUser, 0}, {kGuest + 0x1000, 0x1000, 0x1000, 0}},
                                          {{kGuest, 0x2000, kUser, 0}, {0x1000, 0x1000, kUser + 0x1fff, 0}},
                                          std::vector<Region>(9, {kGuest, 0x1000, kUser, 0})}) {
        EXPECT_NE(complaint(m, shared, regions), "");
        EXPECT_TRUE(m.empty()) << "nothing stays mapped";
    }
}

TEST(VsockdMemory, WithoutAFileForEachRegionIsRefused) {
    GuestMemory m;
    const Region region{kGuest, 0x1000, kUser, 0};
    EXPECT_NE(m.map({&region, 1}, {}), "");
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const Fd files[] = {Fd(ends[0])}, other(ends[1]);
    EXPECT_NE(m.map({&region, 1}, files), "") << "a pipe is no memory";
}

}  // namespace
