// Whether a file system image is sound: every block and inode has exactly one user, or none and is marked
// free.
#pragma once

#include <string>
#include <vector>

#include "lib/types.h"

namespace fake {

struct Census {
    std::vector<std::string> complaints;
    u32 inodes = 0;   // in use
    u32 blocks = 0;   // in use by files and directories
    u32 orphans = 0;  // inodes without a name: sound only while they are open
};

Census fsck(const std::vector<u8>& image);

}  // namespace fake
