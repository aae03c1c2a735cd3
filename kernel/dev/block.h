// A disk: what the file system sees of one. Drivers implement it; tests implement it with memory.
#pragma once

#include <span>

#include "abi/fs.h"
#include "lib/result.h"

namespace dev {

inline constexpr usize kBlockSize = BSIZE;

// A block, and the kBlockSize bytes of memory that belong to it.
struct BlockPart {
    u32 block;
    u8* data;
};

// - Thread context; the caller sleeps until the transfer is done, killed or not. Several threads at once are
// fine.
// - Data lies in memory that the device can reach: pages of mm::page_alloc, or the kernel's image. Never a
// stack.
// - Io: the device failed, or the block is not on it. The contents of a read buffer are undefined then.
class BlockDevice {
  public:
    // Blocks of kBlockSize bytes.
    virtual u32 block_count() const = 0;

    // Several blocks at once, in whatever order suits the disk; those whose numbers follow each other, one
    // after the other in `parts`, travel together. Io: any of them may or may not have been done.
    virtual Result<> read(std::span<const BlockPart> parts) = 0;

    // Done means that the device has them; they survive a power failure only after the next flush.
    virtual Result<> write(std::span<const BlockPart> parts) = 0;

    // All writes done before this call are durable when it returns.
    virtual Result<> flush() = 0;

    // One block.
    Result<> read(u32 block, MutBytes to) {
        const BlockPart part{block, to.data()};
        return read(std::span(&part, 1));
    }

  protected:
    ~BlockDevice() = default;
};

}  // namespace dev
