// The targets of build/host/fuzz_fs.
#include "tests/fuzz/target.h"

namespace fuzz {

static constexpr const Target* kTargets[] = {&disk, &fsck, &mkfs};

std::span<const Target* const> targets() { return kTargets; }

}  // namespace fuzz
