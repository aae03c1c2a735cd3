// A disk image that the input damages: bytes of the superblock, the log, the inodes, the bitmap or the data.
#pragma once

#include "abi/fs.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/target.h"

namespace fuzz {

// A small sound image with files, directories, links, a device and a commit in its log.
std::vector<u8> sound_image();

// A byte says how many changes follow.
void damage(std::vector<u8>& image, Input& in);

}  // namespace fuzz
