// The stack of this program: opened by its first socket.
#pragma once

#include "ustack/sockets.h"

namespace ustack {

// The program's sockets; null: it has opened none, or it is a child after fork().
Sockets* open_sockets();

// The same, but opens the stack if need be: asks netd for a channel, and for the host's address on its link.
// Errors: OpNotSupp (a child after fork()), those of netd, NoMem, Proto (the channel has another layout).
Result<Sockets*> want_sockets();

// In the child after fork(): if its parent has a stack, the child has none, because the channel stays with
// the parent. Otherwise each of them may open one.
void leave_to_parent();

}  // namespace ustack
