// An open file: what a descriptor stands for. What it really is - a disk file, a pipe, a device, a socket -
// is behind an ops pointer, so this folder need not know them all: sys/ binds sockets to files of their own
// ops.
#pragma once

#include "lib/poll.h"
#include "lib/ref.h"
#include "lib/result.h"

struct stat;  // abi/stat.h

namespace fs {

class File;

// read and write get a length of at most INT_MAX from an open descriptor that allows it; the address is
// unchecked. They may wait, unless the file is nonblocking: then Again; a kill ends a wait for other
// processes or for the network with Intr.
//
// poll says what the file is ready for (POLL*, abi/poll.h) and hangs `watch`, unless null, where every change
// wakes it, until unwatch. Null: it is always ready.
struct FileOps {
    Result<i64> (*read)(File&, UserAddr to, usize n);
    Result<i64> (*write)(File&, UserAddr from, usize n);
    Result<> (*stat)(File&, struct stat& answer);
    void (*close)(File&);  // called once, when nobody has it open any more
    const char* name;
    u32 (*poll)(File&, PollEntry* watch) = nullptr;
    void (*unwatch)(File&, PollEntry& watch) = nullptr;
};

class File : public RefCounted<File> {
  public:
    File(const FileOps& o, void* on, bool may_read, bool may_write)
        : ops(&o), object(on), readable(may_read), writable(may_write) {}

    void last_ref_gone();

    const FileOps* ops;
    void* object;  // whatever ops work on
    bool readable, writable;
    bool nonblocking = false;  // O_NONBLOCK, for all who share the file
    // Disk files: where the next read or write is, guarded by the inode's lock. Sockets: writes so far.
    u64 offset = 0;
};

// NFile: NFILE files are open in the system. NoMem. When it fails, `object` is still the caller's.
Result<Ref<File>> file_alloc(const FileOps& ops, void* object, bool readable, bool writable);

u32 files_in_use();

}  // namespace fs
