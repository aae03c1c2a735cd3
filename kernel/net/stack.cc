#include "net/stack.h"

namespace net {

Result<Ref<Socket>> Stack::open_socket(int family, int type, int protocol) {
    for (const Family& f : families_) {
        if (f.number == family) return f.sockets.open(type, protocol);
    }
    return Errno::AfNoSupport;
}

u32 Stack::sockets_in_use() const {
    u32 n = 0;
    for (const Family& f : families_) n += f.sockets.in_use();
    return n;
}

bool Stack::describe_socket(usize index, socket_entry& entry, const void*& object) {
    for (const Family& f : families_) {
        if (f.sockets.describe(index, entry, object)) return true;
    }
    return false;
}

}  // namespace net
