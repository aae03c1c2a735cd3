#include "fs/device.h"

#include "abi/param.h"
#include "lib/panic.h"

namespace fs {
namespace {
constinit Device devices[NDEV];  // written at boot only
}

void device_register(unsigned major, Device device) {
    ASSERT(major < NDEV && !device_find(major));
    devices[major] = device;
}

const Device* device_find(unsigned major) {
    if (major >= NDEV || (!devices[major].read && !devices[major].write)) return nullptr;
    return &devices[major];
}

}  // namespace fs
