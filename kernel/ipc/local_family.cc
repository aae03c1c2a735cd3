#include "ipc/local_family.h"

namespace ipc {

Result<Ref<LocalSocket>> LocalFamily::create(int type) {
    Ref<Inbox> inbox(inboxes_.create(inboxes_, pages_, type != SOCK_STREAM,
                                     last_number_.fetch_add(1, std::memory_order_relaxed) + 1));
    LocalSocket* made = inbox ? sockets_.create(*this, type, std::move(inbox)) : nullptr;
    if (!made) return sockets_.has_all_pages() || inboxes_.has_all_pages() ? Errno::NFile : Errno::NoMem;
    count_.fetch_add(1, std::memory_order_relaxed);
    Ref<LocalSocket> socket(made);
    enter(*socket);
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

// --- the tables

bool LocalFamily::grow_locked() {
    return all_.grow([](const LocalSocket& s) { return s.number(); }) &&
           by_name_.grow([](const LocalSocket& s) { return hash_of_name(s.name_key); });
}

// Pages are allocated without the lock. Without memory the chains get longer.
void LocalFamily::grow() {
    void* page = net::platform::page_alloc();
    if (!page) return;
    {
        net::platform::Guard guard(lock_);
        page = all_.add_page(page);
        if (page) page = by_name_.add_page(page);
    }
    if (page) net::platform::page_free(page);
}

void LocalFamily::enter(LocalSocket& socket) {
    bool grown = false;
    {
        net::platform::Guard guard(lock_);
        all_.link(socket, socket.number());
        socket.is_listed = true;
        grown = grow_locked();
    }
    if (!grown) grow();
}

void LocalFamily::name(LocalSocket& socket, NameKey key) {
    bool grown = false;
    {
        net::platform::Guard guard(lock_);
        if (!socket.is_listed) return;  // closed meanwhile
        socket.name_key = key;
        by_name_.link(socket, hash_of_name(key));
        grown = grow_locked();
    }
    if (!grown) grow();
}

void LocalFamily::forget(LocalSocket& socket) {
    void* unused[2] = {};
    {
        net::platform::Guard guard(lock_);
        if (!socket.is_listed) return;
        all_.unlink(socket, socket.number());
        socket.is_listed = false;
        unused[0] = all_.shrink();
        if (socket.name_key) {
            by_name_.unlink(socket, hash_of_name(socket.name_key));
            unused[1] = by_name_.shrink();
        }
    }
    for (void* page : unused) {
        if (page) net::platform::page_free(page);
    }
}

Ref<LocalSocket> LocalFamily::find(NameKey key) {
    net::platform::Guard guard(lock_);
    LocalSocket* s = by_name_.chain(hash_of_name(key));
    while (s && s->name_key != key) s = s->next_named;
    return Ref<LocalSocket>(s);
}

usize LocalFamily::list(Place& from, std::span<Listed> room) {
    usize n = 0;
    net::platform::Guard guard(lock_);
    all_.walk(from, [&](LocalSocket& s) {
        if (n == room.size()) return false;
        room[n++] = Ref<LocalSocket>(&s);
        return true;
    });
    return n;
}

bool LocalFamily::list(net::SocketVisitor& to) {
    return net::visit_all(*this, to, [](const Ref<LocalSocket>& s) { return s->describe(); });
}

usize LocalFamily::longest_chain() {
    net::platform::Guard guard(lock_);
    const usize a = all_.longest_chain(), b = by_name_.longest_chain();
    return a > b ? a : b;
}

}  // namespace ipc
