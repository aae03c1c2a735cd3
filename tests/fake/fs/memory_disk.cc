#include "memory_disk.h"

#include <cstring>
#include <thread>

namespace fake {
namespace {
// Decrements a limit; negative: no limit. False: the limit is used up.
bool use_up(long& left) {
    if (left > 0)
        left--;
    else if (left == 0)
        return false;
    return true;
}
}  // namespace

Result<> MemoryDisk::read(std::span<const dev::BlockPart> parts) {
    std::lock_guard g(mutex_);
    read_requests++;
    for (const dev::BlockPart& part : parts) {
        if (is_bad(part.block) || !use_up(reads_left)) return Errno::Io;
        std::memcpy(part.data, &bytes_[size_t{part.block} * BSIZE], BSIZE);
    }
    return {};
}

Result<> MemoryDisk::write(std::span<const dev::BlockPart> parts) {
    std::lock_guard g(mutex_);
    for (const dev::BlockPart& part : parts) {
        if (is_bad(part.block) || !use_up(writes_left)) return Errno::Io;
        std::memcpy(&bytes_[size_t{part.block} * BSIZE], part.data, BSIZE);
        if (recording) events.push_back({part.block, {part.data, part.data + BSIZE}});
    }
    return {};
}

Result<> MemoryDisk::flush() {
    std::this_thread::sleep_for(flush_takes);
    std::lock_guard g(mutex_);
    if (recording) events.push_back({});
    return {};
}

}  // namespace fake
