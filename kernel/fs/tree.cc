// Changes of the tree: create, link, unlink; rename is in rename.cc.
#include "abi/stat.h"
#include "fs/filesystem.h"
#include "proc/wall_clock.h"

namespace fs {

namespace {

dinode content_of(const NewFile& what) {
    dinode content{};
    content.type = what.type;
    content.major = what.major;
    content.minor = what.minor;
    content.mode = what.mode;
    content.mtime = wall_time();
    return content;
}

}  // namespace

Result<Ref<Inode>> FileSystem::create(Inode& cwd, const char* path, const NewFile& what) {
    Result<Ref<Inode>> made = create_at(cwd, path, what);
    if (!made.ok()) free_orphans();  // the new inode, if it was allocated
    return made;
}

Result<Ref<Inode>> FileSystem::create_at(Inode& cwd, const char* path, const NewFile& what) {
    Transaction op = TRY(log_.begin());
    Name name;
    const Ref<Inode> dir = TRY(walk(cwd, path, &name));
    Ref<Inode> inode = TRY(create_in(op, *dir, name, what));
    TRY(op.end());
    return inode;
}

Result<Ref<Inode>> FileSystem::create_in(Transaction& op, Inode& dir, const Name& name, const NewFile& what) {
    SleepGuard names(names_lock_);
    SleepGuard g(dir.lock());
    const Result<DirEntry> there = dir_lookup(dir, name);
    if (there.ok()) return existing(there.value().inode, what);
    if (there.error() != Errno::NoEnt || dir.links_locked() == 0) return there.error();
    const bool is_dir = what.type == T_DIR;
    if (is_dir && dir.links_locked() == INT16_MAX) return Errno::MLink;

    const Ref<Inode> made = TRY(alloc_inode(op, content_of(what)));
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
Result<Ref<Inode>> FileSystem::existing(u32 number, const NewFile& wanted) {
    Ref<Inode> inode = TRY(this->inode(number));
    if (wanted.type != T_FILE || wanted.exclusive) return Errno::Exist;
    if (inode->is_dir()) return Errno::IsDir;
    return inode;
}

Result<> FileSystem::unlink(Inode& cwd, const char* path, short only) {
    {
        Transaction op = TRY(log_.begin());
        Name name;
        const Ref<Inode> dir = TRY(walk(cwd, path, &name));
        TRY(unlink_in(op, *dir, name, only));
        TRY(op.end());
    }
    free_orphans();
    return {};
}

Result<> FileSystem::unlink_in(Transaction& op, Inode& dir, const Name& name, short only) {
    if (name == kDot || name == kDotDot) return Errno::Inval;
    SleepGuard names(names_lock_);
    SleepGuard g(dir.lock());
    const DirEntry entry = TRY(dir_lookup(dir, name));
    const Ref<Inode> named = TRY(inode(entry.inode));
    Inode& inode = *named;
    SleepGuard gi(inode.lock());
    if (only == T_DIR && !inode.is_dir()) return Errno::NotDir;
    if (only == T_FILE && inode.is_dir()) return Errno::IsDir;
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
    SleepGuard names(names_lock_);
    SleepGuard g(dir.lock());
    const Result<DirEntry> there = dir_lookup(dir, name);
    if (there.ok()) return Errno::Exist;
    if (there.error() != Errno::NoEnt || dir.links_locked() == 0) return there.error();
    return dir_add(op, dir, name, number);
}

}  // namespace fs
