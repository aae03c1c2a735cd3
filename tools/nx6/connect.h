// The way to the guest: the UNIX socket of its vsock device (docs/agent.md).
#pragma once

#include <string>

#include "lib/types.h"
#include "tools/common/fd.h"

namespace nx6 {

using tools::Fd;

// The socket to use if none is named: of the environment variable NX6_VSOCK, or beside this program's folder.
std::string default_socket();

// A stream to this vsock port of the guest whose device is at `path`. Tries for `wait_seconds` more if the
// guest does not answer. Ends the program if there is no connection.
Fd connect_to_guest(const std::string& path, u32 port, int wait_seconds);

}  // namespace nx6
