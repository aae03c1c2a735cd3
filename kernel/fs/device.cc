#include "fs/device.h"

#include <optional>

#include "abi/param.h"
#include "lib/panic.h"

namespace fs {
namespace {
constinit std::optional<Device> devices[NDEV];  // written at boot only
}

void device_register(unsigned major, Device device) {
    ASSERT(major < NDEV && !device_find(major));
    devices[major] = device;
}

const Device* device_find(unsigned major) {
    return major < NDEV && devices[major] ? &*devices[major] : nullptr;
}

}  // namespace fs
