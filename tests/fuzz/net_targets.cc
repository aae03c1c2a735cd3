// The targets of build/host/fuzz.
#include "tests/fuzz/target.h"

namespace fuzz {

static constexpr const Target* kTargets[] = {&wire,    &dump,        &capture_file, &filter, &frames,
                                             &sockets, &dhcp_client, &dns_messages, &http,   &shell};

std::span<const Target* const> targets() { return kTargets; }

}  // namespace fuzz
