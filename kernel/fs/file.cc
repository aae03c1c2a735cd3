#include "fs/file.h"

#include "abi/poll.h"
#include "fs/pool.h"

namespace fs {
namespace {
constinit Pool<File> files{LockRank::FileTable, "file table", memory_share::kFiles, Errno::NFile};
using Call = void (*)();
constinit Call call_on_watched_drop = nullptr;
}  // namespace

Result<Ref<File>> file_alloc(const FileOps& ops, void* object, bool readable, bool writable) {
    return Ref<File>(TRY(files.make(ops, object, readable, writable)));
}

u32 File::ask(u32 wanted) {
    constexpr u32 kAlways = POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
    wanted |= kAlwaysReported;
    if (!ops->poll) return wanted & kAlways;
    if (!remembers) return wanted & ops->poll(*this, nullptr);
    return wanted & unready.learn([this](PollEntry* entry) { return ops->poll(*this, entry); });
}

void File::last_ref_gone() {
    if (PollEntry* entry = unready.entry()) ops->unwatch(*this, *entry);
    ops->close(*this);
    files.destroy(*this);
}

void File::on_watched_drop(void (*call)()) { call_on_watched_drop = call; }
void File::watched_drop() { call_on_watched_drop(); }

u32 files_in_use() { return files.in_use(); }

}  // namespace fs
