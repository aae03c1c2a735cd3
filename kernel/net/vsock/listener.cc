#include "net/vsock/listener.h"

#include "net/vsock/vsock.h"

namespace net {

void VsockListener::last_ref_gone() { vsock_.free(*this); }

bool VsockListener::add(VsockConnection& c) {
    platform::Guard guard(lock_);
    if (closed_ || ready_count_ >= backlog_) return false;
    c.add_ref();
    add_ready_locked(c);
    return true;
}

void VsockListener::close() {
    for (;;) {
        Ref<VsockConnection> c;
        {
            platform::Guard guard(lock_);
            close_locked();
            c = take_ready_locked();
        }
        if (!c) return;
        c->close(platform::now());
    }
}

}  // namespace net
