// The root file system: the interface for the rest of the kernel. See also filesystem.h and file.h.
#pragma once

#include "fs/filesystem.h"

struct Process;

namespace fs {

using InodeRef = Ref<Inode>;

// Once, from a thread. Panics if the disk has no valid file system.
void mount_root(dev::BlockDevice& disk);

FileSystem& root_fs();

// Looks up a path from the current process's directory; in a kernel thread, from the root.
Result<InodeRef> namei(const char* path);

// A process's working directory. Process::cwd holds a reference; null means the root.
Result<InodeRef> cwd_of(const Process& p);
void set_cwd(Process& p, const InodeRef& directory);
void share_cwd(const Process& parent, Process& child);
void release_cwd(Process& p);

}  // namespace fs
