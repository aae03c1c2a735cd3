#include "fs/fs.h"

#include <new>

#include "lib/panic.h"
#include "mm/kalloc.h"
#include "proc/process.h"
#include "proc/sched.h"

namespace fs {
namespace {

constinit FileSystem* root = nullptr;  // in a separate page: a static object would need a destructor
static_assert(sizeof(FileSystem) <= 4096);

}  // namespace

void mount_root(dev::BlockDevice& disk) {
    void* page = mm::page_alloc();
    if (!page) panic("no memory to mount the disk");
    auto* fs = new (page) FileSystem;
    const Result<> mounted = fs->mount(disk);
    if (!mounted.ok())
        panic("cannot mount the disk (%s): run `make clean`, then `make`", describe(mounted.error()));
    root = fs;
}

FileSystem& root_fs() { return *root; }

Result<InodeRef> namei(const char* path) {
    const Process* p = current_thread().process;
    const InodeRef from = p ? TRY(cwd_of(*p)) : TRY(root->root());
    return root->namei(*from, path);
}

Result<InodeRef> cwd_of(const Process& p) {
    if (!p.cwd) return root->root();
    return InodeRef(p.cwd);
}

void set_cwd(Process& p, const InodeRef& directory) {
    directory->add_ref();
    release_cwd(p);
    p.cwd = directory.get();
}

void share_cwd(const Process& parent, Process& child) {
    if (parent.cwd) parent.cwd->add_ref();
    child.cwd = parent.cwd;
}

void release_cwd(Process& p) {
    Inode* left = std::exchange(p.cwd, nullptr);
    if (!left) return;
    left->drop_ref();
    root->free_orphans();  // the directory may have been removed
}

}  // namespace fs
