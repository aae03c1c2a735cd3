// The virtio socket device (virtio 1.2, 5.10).
#pragma once

#include "net/vsock/device.h"

namespace dev {

// Once, at boot: finds and starts the vsock device. Null: there is none, or it failed, which is logged.
net::VsockDevice* virtio_vsock_probe();

// Starts to receive. Once, after attach(). NoMem: no thread.
Result<> virtio_vsock_open();

}  // namespace dev
