// The virtio disk.
#pragma once

#include "dev/block.h"

namespace dev {

// Once, at boot: the first virtio disk, ready for use from threads; or null. Says why in the log.
BlockDevice* virtio_blk_probe();

}  // namespace dev
