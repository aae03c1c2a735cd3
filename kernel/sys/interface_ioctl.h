// The ioctl() requests of abi/if.h: a network interface's addresses and state.
#pragma once

#include "lib/result.h"

// NotTty: not such a request. Other errors: abi/if.h.
Result<> interface_ioctl(u32 request, UserAddr argument);
