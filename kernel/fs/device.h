// Devices as files: an inode of type T_DEVICE refers to one by its major number (abi/devices.h).
#pragma once

#include "lib/poll.h"
#include "lib/result.h"

namespace fs {

// read and write may block; a kill ends this with Intr. Without `wait`, they return Again instead. A null
// function means OpNotSupp. poll, unwatch and ioctl as in FileOps.
struct Device {
    Result<i64> (*read)(UserAddr to, usize n, bool wait) = nullptr;
    Result<i64> (*write)(UserAddr from, usize n, bool wait) = nullptr;
    u32 (*poll)(PollEntry* watch) = nullptr;
    void (*unwatch)(PollEntry& watch) = nullptr;
    Result<> (*ioctl)(u32 request, UserAddr argument) = nullptr;
};

// At boot, at most once for each major number below NDEV.
void device_register(unsigned major, Device device);

// Null: no such device.
const Device* device_find(unsigned major);

}  // namespace fs
