#include "fs/dir.h"

#include <algorithm>

#include "fs/filesystem.h"
#include "lib/string.h"

namespace fs {
namespace {

constexpr u32 kEntriesPerBlock = BSIZE / sizeof(dirent);

// Calls `visit` with each entry and its offset until it returns true. Returns that offset, or the directory's
// size.
template <class Visit>
Result<u32> find_entry(Inode& dir, Visit visit) REQUIRES(dir.lock()) {
    const u32 size = dir.size_locked();
    for (u32 offset = 0; offset < size; offset += BSIZE) {
        const u32 block = TRY(dir.block_locked(offset / BSIZE));
        const BlockRef b = TRY(dir.fs().data_block(block));
        const auto entries = b.array<dirent>();
        const u32 n = std::min<u32>(kEntriesPerBlock, (size - offset) / sizeof(dirent));
        for (u32 i = 0; i < n; i++) {
            if (visit(entries[i])) return offset + i * static_cast<u32>(sizeof(dirent));
        }
    }
    return size;
}

// Most names differ in the first character, so few need the call.
bool is_named(const dirent& e, const Name& name) {
    return e.name[0] == name.text[0] && e.inum != 0 && memcmp(e.name, name.text, DIRSIZ) == 0;
}

Result<> write_entry(Transaction& op, Inode& dir, u32 offset, dirent entry) REQUIRES(dir.lock()) {
    const MutBytes bytes(reinterpret_cast<u8*>(&entry), sizeof entry);
    TRY(dir.write_locked(op, IoBuffer(bytes), offset));
    return {};
}

}  // namespace

Result<DirEntry> dir_lookup(Inode& dir, const Name& name) {
    if (!dir.is_dir()) return Errno::NotDir;
    if (dir.links_locked() == 0) return Errno::NoEnt;
    DirEntry found;
    found.offset = TRY(find_entry(dir, [&](const dirent& e) {
        if (is_named(e, name)) found.inode = e.inum;
        return found.inode != 0;
    }));
    if (!found.inode) return Errno::NoEnt;
    return found;
}

Result<> dir_add(Transaction& op, Inode& dir, const Name& name, u32 inode) {
    const u32 free = TRY(find_entry(dir, [](const dirent& e) { return e.inum == 0; }));
    return dir_replace(op, dir, free, name, inode);
}

Result<> dir_replace(Transaction& op, Inode& dir, u32 offset, const Name& name, u32 inode) {
    dirent entry{};
    entry.inum = static_cast<u16>(inode);
    memcpy(entry.name, name.text, DIRSIZ);
    return write_entry(op, dir, offset, entry);
}

Result<> dir_erase(Transaction& op, Inode& dir, u32 offset) { return write_entry(op, dir, offset, {}); }

Result<bool> dir_empty(Inode& dir) {
    const u32 other = TRY(find_entry(
        dir, [](const dirent& e) { return e.inum != 0 && !is_named(e, kDot) && !is_named(e, kDotDot); }));
    return other == dir.size_locked();
}

}  // namespace fs
