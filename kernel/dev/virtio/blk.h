// The virtio disk.
#pragma once

#include "dev/block.h"

namespace dev {

// Once, at boot: starts the first virtio disk. Null: there is none, or it failed, which is logged.
BlockDevice* virtio_blk_probe();

}  // namespace dev
