// open(): opens disk files and device nodes.
#pragma once

#include "fs/file.h"
#include "fs/filesystem.h"

namespace fs {

// `flags` as in abi/fcntl.h. Errors of path lookup and create(), and: Inval (invalid flags), IsDir (a
// directory, for writing), NoDev (no such device), NxIo (a socket), NFile. The rules of FileSystem apply.
Result<Ref<File>> open(FileSystem& fs, Inode& cwd, const char* path, int flags);

}  // namespace fs
