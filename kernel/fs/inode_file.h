// open(): opens disk files and device nodes.
#pragma once

#include "fs/file.h"
#include "fs/filesystem.h"

namespace fs {

// `flags` as in abi/fcntl.h; a new file gets this mode. Errors of path lookup and create(), and: Inval
// (invalid flags), IsDir (a directory, for writing), NotDir, NoDev (no such device), NxIo (a socket), NFile.
// The rules of FileSystem apply.
Result<Ref<File>> open(FileSystem& fs, Inode& cwd, const char* path, int flags, u16 mode = 0666);

// The inode of a disk file, directory or device node that open() has opened. Null: another kind of file.
Inode* inode_of(const File& f);
// The same of a file that has an offset: a disk file or a directory. SPipe: another kind of file.
Result<Inode*> seekable(const File& f);

}  // namespace fs
