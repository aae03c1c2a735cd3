#include "memory_disk.h"

#include <cstring>

namespace fake {
namespace {
// Takes one off, unless there is no limit. False: none is left.
bool use_up(long& left) {
    if (left > 0)
        left--;
    else if (left == 0)
        return false;
    return true;
}
}  // namespace

Result<> MemoryDisk::read(u32 block, MutBytes to) {
    std::lock_guard g(mutex_);
    if (block >= block_count() || bad_blocks.contains(block) || !use_up(reads_left)) return Errno::Io;
    std::memcpy(to.data(), &bytes_[size_t{block} * BSIZE], to.size());
    return {};
}

Result<> MemoryDisk::write(u32 block, Bytes from) {
    std::lock_guard g(mutex_);
    if (block >= block_count() || bad_blocks.contains(block) || !use_up(writes_left)) return Errno::Io;
    std::memcpy(&bytes_[size_t{block} * BSIZE], from.data(), from.size());
    if (recording) events.push_back({block, {from.begin(), from.end()}});
    return {};
}

Result<> MemoryDisk::flush() {
    std::lock_guard g(mutex_);
    if (recording) events.push_back({});
    return {};
}

}  // namespace fake
