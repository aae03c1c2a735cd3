// rename(), in one transaction: after a crash the file has its old name or its new one.
//
// The lock of the names is held from the first look-up to the last change. So no other process changes a
// directory meanwhile, and one inode at a time need be locked. The new name is entered before the old one is
// removed: who looks up either meanwhile finds a file.
#include "abi/stat.h"
#include "fs/filesystem.h"

namespace fs {
namespace {

// A name, and what it stands for; null: nothing.
struct Place {
    Ref<Inode> dir;
    Name name;
    DirEntry entry;
    Ref<Inode> inode;
};

// NoEnt: the directory was removed.
Result<> look_up(FileSystem& fs, Place& place) {
    Inode& dir = *place.dir;
    SleepGuard g(dir.lock());
    const Result<DirEntry> found = dir_lookup(dir, place.name);
    if (!found.ok() && found.error() == Errno::NoEnt && dir.links_locked() != 0) return {};
    place.entry = TRY(found);
    place.inode = TRY(fs.inode(place.entry.inode));
    return {};
}

bool is_dots(const Name& name) { return name == kDot || name == kDotDot; }

// walk() says Exist for the root.
Result<Ref<Inode>> parent_or_busy(const Result<Ref<Inode>>& parent) {
    return parent.error() == Errno::Exist ? Result<Ref<Inode>>(Errno::Busy) : parent;
}

Result<Ref<Inode>> parent_of(FileSystem& fs, Inode& dir) {
    SleepGuard g(dir.lock());
    const DirEntry up = TRY(dir_lookup(dir, kDotDot));
    return fs.inode(up.inode);
}

}  // namespace

// Whether `dir` is `ancestor`, or below it.
Result<bool> FileSystem::is_inside(Inode& dir, const Inode& ancestor) {
    Ref<Inode> at(&dir);
    for (u32 steps = 0; steps < super_.ninodes; steps++) {
        if (at->number() == ancestor.number()) return true;
        if (at->number() == ROOTINO) return false;
        at = TRY(parent_of(*this, *at));
    }
    return Errno::Io;  // the disk is damaged: its directories are in a circle
}

// Whether `target` may be replaced by `source`, which is in the directory `old`.
Result<> FileSystem::may_replace(Inode& old, Inode& source, Inode& target) {
    if (!target.is_dir()) return source.is_dir() ? Errno::NotDir : Errno::None;
    if (TRY(is_inside(old, target))) return Errno::NotEmpty;
    if (!source.is_dir()) return Errno::IsDir;
    SleepGuard g(target.lock());
    return TRY(dir_empty(target))
    ? Errno::None : Errno::NotEmpty;
}

// Enters a name, or makes an existing one stand for this inode.
Result<> FileSystem::put_name(Transaction& op, Inode& dir, const Name& name, u32 number) {
    SleepGuard g(dir.lock());
    const Result<DirEntry> there = dir_lookup(dir, name);
    if (there.ok()) return dir_replace(op, dir, there.value().offset, name, number);
    return there.error() == Errno::NoEnt ? dir_add(op, dir, name, number) : there.error();
}

// The link counts of a replaced file or directory, and of the directory `dir` that it was in.
Result<> FileSystem::drop_name(Transaction& op, Inode& dir, Inode& target) {
    {
        SleepGuard g(target.lock());
        TRY(target.remove_link_locked(op));
    }
    if (!target.is_dir()) return {};
    SleepGuard g(dir.lock());
    return dir.remove_link_locked(op);
}

Result<> FileSystem::move_directory(Transaction& op, Inode& moved, Inode& from, Inode& to) {
    TRY(put_name(op, moved, kDotDot, to.number()));
    {
        SleepGuard g(to.lock());
        TRY(to.add_link_locked(op));
    }
    SleepGuard g(from.lock());
    return from.remove_link_locked(op);
}

Result<> FileSystem::rename_in(Transaction& op, Inode& cwd, const char* old_path, const char* new_path) {
    SleepGuard names(names_lock_);
    Place from, to;
    from.dir = TRY(parent_or_busy(walk(cwd, old_path, &from.name)));
    to.dir = TRY(parent_or_busy(walk(cwd, new_path, &to.name)));
    if (is_dots(from.name) || is_dots(to.name)) return Errno::Busy;
    TRY(look_up(*this, from));
    if (!from.inode) return Errno::NoEnt;
    Inode& moved = *from.inode;
    if (moved.is_dir() && TRY(is_inside(*to.dir, moved))) return Errno::Inval;
    TRY(look_up(*this, to));
    if (to.inode && to.inode->number() == moved.number()) return {};
    if (to.inode) TRY(may_replace(*from.dir, moved, *to.inode));
    const bool changes_parent = moved.is_dir() && from.dir->number() != to.dir->number();
    if (changes_parent) {
        Inode& parent = *to.dir;
        SleepGuard g(parent.lock());
        if (parent.links_locked() == INT16_MAX) return Errno::MLink;
    }

    TRY(put_name(op, *to.dir, to.name, moved.number()));
    op.set_settled(false);
    if (to.inode) TRY(drop_name(op, *to.dir, *to.inode));
    if (changes_parent) TRY(move_directory(op, moved, *from.dir, *to.dir));
    Inode& old = *from.dir;
    SleepGuard g(old.lock());
    return dir_erase(op, old, from.entry.offset);
}

Result<> FileSystem::rename(Inode& cwd, const char* old_path, const char* new_path) {
    {
        Transaction op = TRY(log_.begin());
        TRY(rename_in(op, cwd, old_path, new_path));
        TRY(op.end());
    }
    free_orphans();  // what was replaced
    return {};
}

}  // namespace fs
