#include "net/stack.h"

#include "lib/panic.h"

namespace net {

Result<Ref<Socket>> Stack::open_socket(int family, int type, int protocol) {
    for (const Family& f : families()) {
        if (f.number == family) return f.sockets->open(type, protocol);
    }
    return Errno::AfNoSupport;
}

Result<SocketFamily::Pair> Stack::open_socket_pair(int family, int type, int protocol) {
    for (const Family& f : families()) {
        if (f.number == family) return f.sockets->open_pair(type, protocol);
    }
    return Errno::AfNoSupport;
}

void Stack::add_family(int number, SocketFamily& sockets) {
    ASSERT(family_count_ < kMaxFamilies);
    families_[family_count_++] = {number, &sockets};
}

u32 Stack::sockets_in_use() const {
    u32 n = 0;
    for (const Family& f : families()) n += f.sockets->in_use();
    return n;
}

void Stack::list_sockets(SocketVisitor& to) {
    for (const Family& f : families()) {
        if (!f.sockets->list(to)) return;
    }
}

}  // namespace net
