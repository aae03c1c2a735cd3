// An open file, which descriptors refer to. FileOps implements its type (disk file, pipe, device, socket), so
// fs/ does not depend on sockets: sys/ provides their FileOps.
#pragma once

#include "fs/unready.h"
#include "lib/poll.h"
#include "lib/ref.h"
#include "lib/result.h"
#include "lib/shared_pages.h"

struct file_status;  // abi/file_status.h

namespace fs {

class File;

// read and write are called only on a descriptor open for that, with a length of at most INT_MAX and an
// unchecked address. They may block; a nonblocking file returns Again instead. A kill ends a wait for other
// processes or the network with Intr.
//
// poll returns the ready events (POLL*, abi/poll.h) and registers `watch`, if not null, to be woken at each
// change until unwatch. A null poll means "always ready".
//
// ioctl executes a request of abi/ioctl.h or abi/vm_sockets.h that depends on the type; the address is
// unchecked. NotTty: the type does not have this request; a null function means that it has none.
//
// map returns the pages that programs may map with mmap(); a null function means that it has none.
struct FileOps {
    Result<i64> (*read)(File&, UserAddr to, usize n);
    Result<i64> (*write)(File&, UserAddr from, usize n);
    Result<> (*stat)(File&, file_status& answer);  // which is zero
    void (*close)(File&);                          // called once, when the last reference is gone
    const char* name;
    u32 (*poll)(File&, PollEntry* watch) = nullptr;
    void (*unwatch)(File&, PollEntry& watch) = nullptr;
    Result<> (*ioctl)(File&, u32 request, UserAddr argument) = nullptr;
    Result<Ref<SharedPages>> (*map)(File&) = nullptr;
};

class File final : public RefCounted {
  public:
    File(const FileOps& o, void* on, bool may_read, bool may_write)
        : ops(&o), object(on), readable(may_read), writable(may_write) {}

    const FileOps* ops;
    void* object;  // the object that ops work on
    bool readable, writable;
    bool nonblocking = false;     // O_NONBLOCK; shared by all descriptors of the file
    bool append = false;          // O_APPEND; likewise
    bool closes_at_once = false;  // close must not wait for the peer (SO_LINGER)
    // Disk files: the file offset, guarded by the inode's lock.
    u64 offset = 0;

    // The events that have occurred, of those wanted and kAlwaysReported. It asks the object only if nothing
    // is known.
    u32 poll(u32 wanted) {
        if (unready.lacks(wanted)) [[likely]]
            return 0;
        return ask(wanted);
    }
    // Does poll() remember what has not occurred? If so, there is one list for the life of the object, and
    // whatever makes an event occur wakes it, or calls unready.forget().
    bool remembers = false;
    Unready unready;

    // While a file is watched, whoever drops a reference that is not the last calls the function of
    // on_watched_drop afterwards, with no lock held. The mark is part of the reference count: so no drop is
    // missed. Only a holder of a reference may change it.
    void watch() { set_bits(kWatched); }
    void unwatch() { clear_bits(kWatched); }
    static void on_watched_drop(void (*call)());  // once, at boot

    void drop_ref() {
        const u32 before = release();
        if (before == 1) return last_ref_gone();
        if (before & kWatched) [[unlikely]]
            watched_drop();
    }
    u32 ref_count() const { return RefCounted::ref_count() & ~kWatched; }

  private:
    static constexpr u32 kWatched = 1u << 31;
    static void watched_drop();
    u32 ask(u32 wanted);
    void last_ref_gone() override;
};

// NFile: too many files are open in the system (lib/memory_share.h). NoMem. On failure the caller keeps
// `object`.
Result<Ref<File>> file_alloc(const FileOps& ops, void* object, bool readable, bool writable);

u32 files_in_use();

}  // namespace fs
