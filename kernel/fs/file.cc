#include "fs/file.h"

#include "abi/param.h"
#include "fs/pool.h"

namespace fs {
namespace {
constinit Pool<File> files{LockRank::FileTable, "file table", NFILE, Errno::NFile};
}

Result<Ref<File>> file_alloc(const FileOps& ops, void* object, bool readable, bool writable) {
    return Ref<File>(TRY(files.make(ops, object, readable, writable)));
}

void File::last_ref_gone() {
    ops->close(*this);
    files.destroy(*this);
}

u32 files_in_use() { return files.in_use(); }

}  // namespace fs
