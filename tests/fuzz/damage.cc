#include "tests/fuzz/damage.h"

#include "fs_fixture.h"

namespace fuzz {
namespace {

constexpr u32 kBlocks = 220, kInodes = 32;

// Where a change begins. Fields of the metadata are chosen one by one, because most bytes of a disk are data.
usize place(const superblock& super, Input& in) {
    const auto start = [](u32 block) { return usize{block} * BSIZE; };
    switch (in.below(6)) {
        case 0: return start(1) + in.byte() % sizeof(superblock);
        case 1: return start(super.logstart) + in.byte();
        case 2: return start(super.logstart + 1 + in.byte() % LOGSIZE) + in.half() % BSIZE;
        case 3:
            return start(super.inodestart) + in.byte() % kInodes * sizeof(dinode) +
                   in.byte() % sizeof(dinode);
        case 4: return start(super.bmapstart) + in.byte() % (kBlocks / 8);
        default: return start(super.datastart + in.byte() % (kBlocks - super.datastart)) + in.half() % BSIZE;
    }
}

}  // namespace

std::vector<u8> sound_image() {
    static const std::vector<u8> image = [] {
        Mounted m(empty_image(kBlocks, kInodes));
        m.mkdir("d");
        m.mkdir("d/e");
        m.save("d/f", pattern(20'000));
        m.save("g", pattern(100));
        m.link("d/f", "h");
        (void)m.fs->create(*m.root, "dev", {kDevice, 1});
        m.unmount();
        return m.disk->bytes();
    }();
    return image;
}

void damage(std::vector<u8>& image, Input& in) {
    const superblock super = *reinterpret_cast<const superblock*>(&image[BSIZE]);
    for (u32 changes = in.byte() % 8; changes > 0; changes--) {
        usize at = place(super, in);
        for (u32 n = in.byte() % 8; n > 0 && at < image.size(); n--) image[at++] = in.byte();
    }
}

}  // namespace fuzz
