// fstat for tests: `struct stat` of abi/stat.h conflicts with the host's.
#pragma once

#include "fs/file.h"

namespace fake {
struct Stat {
    u32 inode;
    short type, links;
    u64 size;
    u32 permissions;
    u64 mtime;
};
Stat stat_of(fs::File& f);
}  // namespace fake
