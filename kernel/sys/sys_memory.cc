// mmap and munmap: memory that a program shares with the kernel.
#include "abi/mman.h"
#include "fs/file_table.h"
#include "mm/vm.h"
#include "proc/process.h"
#include "sys/sys_calls.h"

namespace {

// The permissions of the pages. Access: the program asks for code, or for more than its descriptor allows.
// Every mapping can be read: the hardware has no pages that are only writable.
Result<u64> permissions(const fs::File& f, i32 protection) {
    if (protection & ~(PROT_READ | PROT_WRITE | PROT_EXEC) || protection == PROT_NONE) return Errno::Inval;
    if (protection & PROT_EXEC || !f.readable) return Errno::Access;
    if (!(protection & PROT_WRITE)) return u64{mm::kRead};
    if (!f.writable) return Errno::Access;
    return u64{mm::kRead | mm::kWrite};
}

struct PageRange {
    usize first, count;
};
// Inval: the offset is not at a page, or the object does not have these bytes.
Result<PageRange> range_of(u64 offset, u64 length, usize pages) {
    if (offset % mm::kPageSize != 0 || length == 0 || length > mm::kUserEnd) return Errno::Inval;
    const PageRange r{offset / mm::kPageSize, mm::round_up(length) / mm::kPageSize};
    if (r.first > pages || r.count > pages - r.first) return Errno::Inval;
    return r;
}

}  // namespace

// mmap(address, length, protection, flags, fd, offset)
Result<i64> sys_mmap(const SyscallArgs& a) {
    const i32 flags = a.num(3);
    if (flags & MAP_ANONYMOUS) return Errno::NoDev;
    if (flags != MAP_SHARED) return Errno::OpNotSupp;
    fs::File* f = current_process().files->get(a.num(4));
    if (!f) return Errno::BadF;
    if (!f->ops->map) return Errno::NoDev;
    const u64 bits = TRY(permissions(*f, a.num(2)));
    const Ref<SharedPages> object = TRY(f->ops->map(*f));
    const PageRange r = TRY(range_of(a.word(5), a.word(1), object->page_count()));
    return static_cast<i64>(TRY(current_process().space->share(object, r.first, r.count, bits)));
}

// munmap(address, length)
Result<i64> sys_munmap(const SyscallArgs& a) {
    const u64 from = a.word(0), length = a.word(1);
    if (from % mm::kPageSize != 0 || length == 0) return Errno::Inval;
    if (from > mm::kUserEnd || length > mm::kUserEnd - from) return Errno::Inval;
    TRY(current_process().space->unshare(from, from + mm::round_up(length)));
    return 0;
}
