// A disk: what the file system sees of one. Drivers implement it; tests implement it with memory.
#pragma once

#include "abi/fs.h"
#include "lib/result.h"

namespace dev {

inline constexpr usize kBlockSize = BSIZE;

// - Thread context; the caller sleeps until the transfer is done, killed or not. Several threads at once are
// fine.
// - Data lies in memory that the device can reach: pages of mm::page_alloc, or the kernel's image. Never a
// stack.
// - Io: the device failed, or the block is not on it. The contents of a read buffer are undefined then.
class BlockDevice {
  public:
    // Blocks of kBlockSize bytes.
    virtual u32 block_count() const = 0;

    // From or to `block` and those that follow it; the data is a multiple of kBlockSize long.
    virtual Result<> read(u32 block, MutBytes to) = 0;

    // Done means that the device has it; it survives a power failure only after the next flush.
    virtual Result<> write(u32 block, Bytes from) = 0;

    // All writes done before this call are durable when it returns.
    virtual Result<> flush() = 0;

  protected:
    ~BlockDevice() = default;
};

}  // namespace dev
