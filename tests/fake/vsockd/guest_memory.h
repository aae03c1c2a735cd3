// A guest's memory in a memfd, as QEMU's memory-backend-memfd makes it.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "lib/types.h"
#include "tools/common/fd.h"

namespace fake {

struct SharedMemory {
    static constexpr u64 kGuest = 0x8000'0000, kUser = 0x7f00'0000'0000, kSize = 16 << 20;

    SharedMemory() : fd(memfd_create("guest", MFD_CLOEXEC)) {
        EXPECT_EQ(ftruncate(fd.get(), kSize), 0);
        base = static_cast<u8*>(mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0));
    }
    SharedMemory(const SharedMemory&) = delete;
    SharedMemory& operator=(const SharedMemory&) = delete;
    ~SharedMemory() { munmap(base, kSize); }

    u8* at(u64 offset) { return base + offset; }

    tools::Fd fd;
    u8* base;
};

}  // namespace fake
