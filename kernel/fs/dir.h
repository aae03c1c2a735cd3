// Directories: files of `struct dirent`s. All functions require the directory's lock.
#pragma once

#include "fs/inode.h"

namespace fs {

// A file name, padded with zeros. Longer names are truncated to DIRSIZ bytes, as in xv6.
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

// NoEnt, NotDir. A directory that was removed while in use has no entries.
Result<DirEntry> dir_lookup(Inode& dir, const Name& name) REQUIRES(dir.lock());

// The name must not exist. NoSpc. NoEnt: the directory was removed.
Result<> dir_add(Transaction& op, Inode& dir, const Name& name, u32 inode) REQUIRES(dir.lock());

// Makes the entry at this offset stand for another inode.
Result<> dir_replace(Transaction& op, Inode& dir, u32 offset, const Name& name, u32 inode)
    REQUIRES(dir.lock());

Result<> dir_erase(Transaction& op, Inode& dir, u32 offset) REQUIRES(dir.lock());

// Whether the directory has only the entries . and ..
Result<bool> dir_empty(Inode& dir) REQUIRES(dir.lock());

}  // namespace fs
