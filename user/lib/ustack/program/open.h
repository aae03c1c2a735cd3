// The stack of this program: opened by its first socket.
#pragma once

#include "ustack/sockets.h"

namespace ustack {

// The program's sockets; null: it has opened none, or it is a child after fork().
Sockets* open_sockets();

// The same, but opens the stack if need be: asks netd for a channel, and for the host's address on its link.
// Errors: OpNotSupp (a child after fork()), those of netd, NoMem, Proto (the channel has another layout).
Result<Sockets*> want_sockets();

// In the child after fork(): it has no stack, because the channel stays with its parent.
void leave_to_parent();

}  // namespace ustack
