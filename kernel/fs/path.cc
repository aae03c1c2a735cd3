// Path lookup.
#include "fs/filesystem.h"

namespace fs {
namespace {

// Takes the next name from the path. False: there is none left.
bool next_name(const char*& path, Name& name) {
    while (*path == '/') path++;
    if (!*path) return false;
    name = Name{};
    for (usize i = 0; *path && *path != '/'; path++, i++) {
        if (i < DIRSIZ) name.text[i] = *path;
    }
    while (*path == '/') path++;
    return true;
}

// Looks up `name` in dir. The directory stays locked until the inode has a Ref, so the inode cannot be freed.
Result<Ref<Inode>> step(FileSystem& fs, Inode& dir, const Name& name) {
    SleepGuard g(dir.lock());
    const DirEntry entry = TRY(dir_lookup(dir, name));
    return fs.inode(entry.inode);
}

}  // namespace

// xv6's namex. With `last`, returns the parent directory and stores the path's last name in *last.
Result<Ref<Inode>> FileSystem::walk(Inode& cwd, const char* path, Name* last) {
    Ref<Inode> at = *path == '/' ? TRY(root()) : Ref<Inode>(&cwd);
    Name name;
    if (!*path) return Errno::NoEnt;
    while (next_name(path, name)) {
        if (!at->is_dir()) return Errno::NotDir;
        if (last && !*path) {
            *last = name;
            return at;
        }
        at = TRY(step(*this, *at, name));
    }
    if (last) return Errno::Exist;  // the root has no name
    return at;
}

Result<Ref<Inode>> FileSystem::namei(Inode& cwd, const char* path) { return walk(cwd, path, nullptr); }

}  // namespace fs
