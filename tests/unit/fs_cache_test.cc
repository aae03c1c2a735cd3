// The buffer cache by itself.
#include <vector>

#include "fs/bio.h"
#include "fs_fixture.h"

namespace {

TEST(BufferCache, GrowsWhileAllItsBuffersAreInUseAndNoLonger) {
    fake::MemoryDisk disk(empty_image(400));
    const long before = fake::pages_in_use();
    {
        fs::BufferCache cache;
        ASSERT_TRUE(cache.start(disk, 30).ok());
        const long at_start = fake::pages_in_use();
        {
            std::vector<fs::BlockRef> held;
            for (u32 block = 0; block < 300; block++) held.push_back(cache.read(block).value());
            EXPECT_GT(fake::pages_in_use(), at_start + 80);
        }
        EXPECT_EQ(fake::pages_in_use(), at_start);
        for (u32 block = 0; block < 300; block++) EXPECT_TRUE(cache.read(block).ok());
        EXPECT_EQ(fake::pages_in_use(), at_start);
    }
    EXPECT_EQ(fake::pages_in_use(), before);
}

}  // namespace
