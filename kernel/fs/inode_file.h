// open(): files on the disk and devices named there, as open files.
#pragma once

#include "fs/file.h"
#include "fs/filesystem.h"

namespace fs {

// `flags` as in abi/fcntl.h. Besides what looking up or creating the path can fail with: Inval (flags that
// make no sense), IsDir (a directory, to be written), NoDev (a device that is not there), NFile. Same rules
// as FileSystem.
Result<Ref<File>> open(FileSystem& fs, Inode& cwd, const char* path, int flags);

}  // namespace fs
