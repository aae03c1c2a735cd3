// Devices as files: an inode of type T_DEVICE names one by its major number.
#pragma once

#include "lib/poll.h"
#include "lib/result.h"

namespace fs {

inline constexpr unsigned kConsole = 1;  // major numbers; mkfs makes /console

// Both may wait; a kill ends that with Intr. read without `wait`: Again instead. Null: OpNotSupp. poll and
// unwatch as in FileOps.
struct Device {
    Result<i64> (*read)(UserAddr to, usize n, bool wait) = nullptr;
    Result<i64> (*write)(UserAddr from, usize n) = nullptr;
    u32 (*poll)(PollEntry* watch) = nullptr;
    void (*unwatch)(PollEntry& watch) = nullptr;
};

// Once for each major number below NDEV, at boot.
void device_register(unsigned major, Device device);

// Null: no such device.
const Device* device_find(unsigned major);

}  // namespace fs
