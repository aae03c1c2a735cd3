/* POSIX: memory that a program shares with the kernel. Only files that have such memory can be mapped: packet
 * channels (kernel/abi/channel.h). */
#pragma once

#include "abi/mman.h"
#include "sys/cdefs.h"
#include "sys/types.h"

#define MAP_FAILED ((void*)-1)

BEGIN_C
/* Maps `length` bytes of the file, from `offset` on, a multiple of the page size. The address is a hint and
 * ignored. ENODEV: the file has no such memory. EACCES: it is not open for this. EINVAL: the file does not
 * have these bytes. ENOTSUP: other flags than MAP_SHARED. ENOMEM. */
void* mmap(void* address, size_t length, int protection, int flags, int fd, off_t offset) POSIX(mmap);
/* Removes the mappings of a range of pages, or parts of them. */
int munmap(void* address, size_t length) POSIX(munmap);
END_C
