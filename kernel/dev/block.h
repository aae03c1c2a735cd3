// The interface between the file system and a disk driver. The tests implement it with memory.
#pragma once

#include <span>

#include "abi/fs.h"
#include "lib/result.h"

namespace dev {

inline constexpr usize kBlockSize = BSIZE;

// A block number and its buffer of kBlockSize bytes.
struct BlockPart {
    u32 block;
    u8* data;
};

// - Thread context; several threads at once are allowed. The caller sleeps until the transfer is done; a kill
//   does not end the wait.
// - Buffers must be in memory that the device can access: pages of mm::page_alloc or the kernel's image, not
//   a stack.
// - Io: the device failed, or the block is not on it. The contents of a read buffer are then undefined.
class BlockDevice {
  public:
    // The number of blocks of kBlockSize bytes.
    virtual u32 block_count() const = 0;

    // Transfers several blocks, in any order. Consecutive entries of `parts` with consecutive block numbers
    // form one request. Io: each block may or may not have been transferred.
    virtual Result<> read(std::span<const BlockPart> parts) = 0;

    // Returns when the device has the data. The blocks survive a power failure only after the next flush.
    virtual Result<> write(std::span<const BlockPart> parts) = 0;

    // When this returns, all writes completed before the call are durable.
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
