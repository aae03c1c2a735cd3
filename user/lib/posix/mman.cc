// POSIX's functions for memory shared with the kernel.
#include "sys/mman.h"

#include "posix/posix.h"

extern "C" {

void* posix_mmap(void* address, size_t length, int protection, int flags, int fd, off_t offset) {
    return reinterpret_cast<void*>(posix::check(raw_mmap(address, length, protection, flags, fd, offset)));
}

int posix_munmap(void* address, size_t length) { return posix::check_int(raw_munmap(address, length)); }

}  // extern "C"
