// The root file system, as the rest of the kernel uses it. Details: filesystem.h (trees of files), file.h
// (open files).
#pragma once

#include "fs/filesystem.h"

struct Process;

namespace fs {

using InodeRef = Ref<Inode>;

// Once, from a thread. Panics in words when there is no sound file system: nothing can run without one.
void mount_root(dev::BlockDevice& disk);

FileSystem& root_fs();

// From the current process's directory, or from the root in a kernel thread.
Result<InodeRef> namei(const char* path);

// The directory a process is in; the root, if it never went anywhere. Process::cwd holds a reference, or
// null.
Result<InodeRef> cwd_of(const Process& p);
void set_cwd(Process& p, const InodeRef& directory);
void share_cwd(const Process& parent, Process& child);
void release_cwd(Process& p);

}  // namespace fs
