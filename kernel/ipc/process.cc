#include "ipc/process.h"

#include "abi/param.h"
#include "abi/stat.h"
#include "abi/un.h"
#include "fs/fs.h"
#include "lib/random.h"
#include "proc/process.h"

namespace ipc {
namespace {

// The same with a terminating zero.
struct Path {
    char text[UNIX_PATH_MAX + 1];
    explicit Path(std::string_view path) { text[path.copy(text, UNIX_PATH_MAX)] = '\0'; }
};

NameKey key_of(const fs::Inode& inode) {
    return u64{inode.number()} << 32 | u64{inode.major()} << 16 | inode.minor();
}

}  // namespace

int caller_pid() { return current_process().pid; }

Result<NameKey> create_name(std::string_view path) {
    const fs::InodeRef cwd = TRY(fs::cwd_of(current_process()));
    const u64 id = random_u64();
    Result<fs::InodeRef> made = fs::root_fs().create(
        *cwd, Path(path).text, {T_SOCK, static_cast<u16>(id), static_cast<u16>(id >> 16), 0755});
    if (made.error() == Errno::Exist) return Errno::AddrInUse;
    if (!made.ok()) return made.error();
    return key_of(*made.value());
}

Result<NameKey> find_name(std::string_view path) {
    const fs::InodeRef inode = TRY(fs::namei(Path(path).text));
    if (inode->type() != T_SOCK) return Errno::ConnRefused;
    return key_of(*inode);
}

}  // namespace ipc
