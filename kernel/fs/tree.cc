// Changes of the tree: create, link, unlink, write and truncate.
#include <algorithm>

#include "abi/stat.h"
#include "fs/filesystem.h"

namespace fs {

Result<Ref<Inode>> FileSystem::create(Inode& cwd, const char* path, short type, u16 major, u16 minor) {
    dinode content{};
    content.type = type;
    content.major = major;
    content.minor = minor;
    Result<Ref<Inode>> made = create_at(cwd, path, content);
    if (!made.ok()) free_orphans();  // the new inode, if it was allocated
    return made;
}

Result<Ref<Inode>> FileSystem::create_at(Inode& cwd, const char* path, const dinode& content) {
    Transaction op = TRY(log_.begin());
    Name name;
    const Ref<Inode> dir = TRY(walk(cwd, path, &name));
    Ref<Inode> inode = TRY(create_in(op, *dir, name, content));
    TRY(op.end());
    return inode;
}

Result<Ref<Inode>> FileSystem::create_in(Transaction& op, Inode& dir, const Name& name,
                                         const dinode& content) {
    SleepGuard g(dir.lock());
    const Result<DirEntry> there = dir_lookup(dir, name);
    if (there.ok()) return existing(there.value().inode, content.type);
    if (there.error() != Errno::NoEnt || dir.links_locked() == 0) return there.error();
    const bool is_dir = content.type == T_DIR;
    if (is_dir && dir.links_locked() == INT16_MAX) return Errno::MLink;

    const Ref<Inode> made = TRY(alloc_inode(op, content));
    Inode& inode = *made;
    SleepGuard gi(inode.lock());
    if (is_dir) {
        TRY(dir_add(op, inode, kDot, inode.number()));
        TRY(dir_add(op, inode, kDotDot, dir.number()));
    }
    TRY(dir_add(op, dir, name, inode.number()));
    op.set_settled(false);  // the inode has a name now, so the link counts must be updated too
    if (is_dir) TRY(dir.add_link_locked(op));
    TRY(inode.add_link_locked(op));
    return made;
}

// The result of create() if the name exists.
Result<Ref<Inode>> FileSystem::existing(u32 number, short wanted) {
    Ref<Inode> inode = TRY(this->inode(number));
    if (wanted != T_FILE) return Errno::Exist;
    if (inode->is_dir()) return Errno::IsDir;
    return inode;
}

Result<> FileSystem::unlink(Inode& cwd, const char* path) {
    {
        Transaction op = TRY(log_.begin());
        Name name;
        const Ref<Inode> dir = TRY(walk(cwd, path, &name));
        TRY(unlink_in(op, *dir, name));
        TRY(op.end());
    }
    free_orphans();
    return {};
}

Result<> FileSystem::unlink_in(Transaction& op, Inode& dir, const Name& name) {
    if (name == kDot || name == kDotDot) return Errno::Inval;
    SleepGuard g(dir.lock());
    const DirEntry entry = TRY(dir_lookup(dir, name));
    const Ref<Inode> named = TRY(inode(entry.inode));
    Inode& inode = *named;
    SleepGuard gi(inode.lock());
    const bool empty = inode.is_dir() ? TRY(dir_empty(inode)) : true;
    if (!empty) return Errno::NotEmpty;
    TRY(dir_erase(op, dir, entry.offset));
    op.set_settled(false);
    if (inode.is_dir()) TRY(dir.remove_link_locked(op));  // the link of its ..
    return inode.remove_link_locked(op);
}

Result<> FileSystem::link(Inode& cwd, const char* old_path, const char* new_path) {
    const Ref<Inode> inode = TRY(namei(cwd, old_path));
    if (inode->is_dir()) return Errno::Perm;
    Transaction op = TRY(log_.begin());
    TRY(link_to(op, cwd, *inode, new_path));
    return op.end();
}

// Increments the count first; otherwise the file could lose its last name before it gets the new one.
Result<> FileSystem::link_to(Transaction& op, Inode& cwd, Inode& inode, const char* new_path) {
    {
        SleepGuard g(inode.lock());
        if (inode.links_locked() == 0) return Errno::NoEnt;
        TRY(inode.add_link_locked(op));
    }
    const Result<> added = add_name(op, cwd, new_path, inode.number());
    if (added.ok()) return {};
    SleepGuard g(inode.lock());
    TRY(inode.remove_link_locked(op));
    op.set_settled(true);
    return added;
}

Result<> FileSystem::add_name(Transaction& op, Inode& cwd, const char* path, u32 number) {
    Name name;
    const Ref<Inode> held = TRY(walk(cwd, path, &name));
    Inode& dir = *held;
    SleepGuard g(dir.lock());
    const Result<DirEntry> there = dir_lookup(dir, name);
    if (there.ok()) return Errno::Exist;
    if (there.error() != Errno::NoEnt || dir.links_locked() == 0) return there.error();
    return dir_add(op, dir, name, number);
}

Result<usize> FileSystem::read(Inode& file, const IoBuffer& to, u64& offset) {
    SleepGuard g(file.lock());
    const usize n = TRY(file.read_locked(to, offset));
    offset += n;
    return n;
}

Result<usize> FileSystem::write(Inode& file, const IoBuffer& from, u64& offset) {
    usize done = 0;
    while (done < from.size()) {
        const Result<usize> part = write_part(file, from.from(done), offset);
        if (!part.ok() && done == 0) return part.error();
        if (!part.ok()) break;
        done += part.value();
    }
    return done;
}

// A long write gets a large transaction, because a commit costs two flushes regardless of its size.
Result<usize> FileSystem::write_part(Inode& file, const IoBuffer& from, u64& offset) {
    const u32 blocks = static_cast<u32>(std::min<usize>(from.size() / BSIZE, LOGSIZE));
    Transaction op = TRY(log_.begin(Log::kOperationBlocks + blocks));
    const usize n = TRY(write_in(op, file, from, offset));
    TRY(op.end());
    return n;
}

Result<usize> FileSystem::write_in(Transaction& op, Inode& file, const IoBuffer& from, u64& offset) {
    SleepGuard g(file.lock());
    const usize n = TRY(file.write_locked(op, from, offset));
    offset += n;
    return n;
}

Result<> FileSystem::truncate(Inode& file) {
    bool done = false;
    for (bool first = true; !done; first = false) {
        Transaction op = TRY(log_.begin());
        done = TRY(shrink_in(op, file, first));
        TRY(op.end());
    }
    return {};
}

// Only the first step empties the file: another process may write to it between two steps.
Result<bool> FileSystem::shrink_in(Transaction& op, Inode& file, bool empty_it) {
    SleepGuard g(file.lock());
    if (empty_it) TRY(file.set_empty_locked(op));
    const bool done = TRY(file.shrink_locked(op));
    op.set_settled(true);
    return done;
}

}  // namespace fs
