/* Linux's header for AF_VSOCK sockets. */
#pragma once

#include "abi/vm_sockets.h"
