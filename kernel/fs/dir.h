// Directories: files whose bytes are `struct dirent`s. All functions want the directory's lock held.
#pragma once

#include "fs/inode.h"

namespace fs {

// A file's name, padded with zeros; longer ones are cut off after DIRSIZ bytes, as in xv6.
struct Name {
    char text[DIRSIZ] = {};
    bool operator==(const Name&) const = default;
};
inline constexpr Name kDot{{'.'}};
inline constexpr Name kDotDot{{'.', '.'}};

struct DirEntry {
    u32 inode = 0;
    u32 offset = 0;  // in the directory, for dir_erase
};

// NoEnt; NotDir. A directory that was removed while in use has no entries.
Result<DirEntry> dir_lookup(Inode& dir, const Name& name) REQUIRES(dir.lock());

// NoSpc; NoEnt: the directory was removed. The name is not in it.
Result<> dir_add(Transaction& op, Inode& dir, const Name& name, u32 inode) REQUIRES(dir.lock());

Result<> dir_erase(Transaction& op, Inode& dir, u32 offset) REQUIRES(dir.lock());

// Whether it holds nothing but . and ..
Result<bool> dir_empty(Inode& dir) REQUIRES(dir.lock());

}  // namespace fs
