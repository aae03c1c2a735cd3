#include "ipc/local_family.h"

#include "abi/netlist.h"

namespace ipc {

using ByNameNode = ListNode<LocalSocket, ByName>;
using InFamilyNode = ListNode<LocalSocket, InFamily>;

Result<Ref<LocalSocket>> LocalFamily::create(int type) {
    Ref<Inbox> inbox(inboxes_.create(inboxes_, pages_, type != SOCK_STREAM,
                                     last_number_.fetch_add(1, std::memory_order_relaxed) + 1));
    LocalSocket* made = inbox ? sockets_.create(*this, type, std::move(inbox)) : nullptr;
    if (!made) return sockets_.has_all_pages() || inboxes_.has_all_pages() ? Errno::NFile : Errno::NoMem;
    count_.fetch_add(1, std::memory_order_relaxed);
    Ref<LocalSocket> socket(made);
    net::platform::Guard guard(lock_);
    all_.push_back(*socket);
    return socket;
}

void LocalFamily::free(LocalSocket& socket) {
    sockets_.destroy(&socket);
    count_.fetch_sub(1, std::memory_order_relaxed);
}

static Result<> check(int type, int protocol) {
    if (protocol != 0 && protocol != AF_UNIX) return Errno::ProtoNoSupport;
    const bool known = type == SOCK_STREAM || type == SOCK_SEQPACKET || type == SOCK_DGRAM;
    return known ? Result<>() : Errno::SockTNoSupport;
}

Result<Ref<net::Socket>> LocalFamily::open(int type, int protocol) {
    TRY(check(type, protocol));
    return Ref<net::Socket>(TRY(create(type)).get());
}

Result<net::SocketFamily::Pair> LocalFamily::open_pair(int type, int protocol) {
    TRY(check(type, protocol));
    const Ref<LocalSocket> a = TRY(create(type));
    const Result<Ref<LocalSocket>> b = create(type);
    if (!b.ok()) return a->close(), b.error();
    LocalSocket::join(*a, *b.value(), caller_pid());
    return Pair{Ref<net::Socket>(a.get()), Ref<net::Socket>(b.value().get())};
}

void LocalFamily::forget(LocalSocket& socket) {
    net::platform::Guard guard(lock_);
    if (socket.InFamilyNode::linked()) socket.InFamilyNode::unlink();
    if (socket.ByNameNode::linked()) socket.ByNameNode::unlink();
}

void LocalFamily::name(LocalSocket& socket, NameKey key) {
    net::platform::Guard guard(lock_);
    if (!socket.InFamilyNode::linked()) return;  // closed meanwhile
    socket.name_key = key;
    bucket(key).push_back(socket);
}

Ref<LocalSocket> LocalFamily::find(NameKey key) {
    net::platform::Guard guard(lock_);
    for (LocalSocket& s : bucket(key)) {
        if (s.name_key == key) return Ref<LocalSocket>(&s);
    }
    return {};
}

// Null: there are fewer, and index is decreased by their number.
Ref<LocalSocket> LocalFamily::at(usize& index) {
    net::platform::Guard guard(lock_);
    for (LocalSocket& s : all_) {
        if (index == 0) return Ref<LocalSocket>(&s);
        index--;
    }
    return {};
}

bool LocalFamily::describe(usize& index, socket_entry& entry, const void*& object) {
    const Ref<LocalSocket> found = at(index);
    if (!found) return false;
    found->describe(entry);
    object = found->in_tables();
    return true;
}

}  // namespace ipc
