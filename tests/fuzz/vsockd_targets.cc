// The target of build/host/fuzz_vsockd.
#include "tests/fuzz/target.h"

namespace fuzz {

static constexpr const Target* kTargets[] = {&vsockd};

std::span<const Target* const> targets() { return kTargets; }

}  // namespace fuzz
