#include "net/tcp/table.h"

#include "net/tcp/connection.h"
#include "net/tcp/engine.h"

namespace net {

static void free_page(void* page) {
    if (page) platform::page_free(page);
}

TcpTable::TcpTable() : multiplier_(platform::random() | 1) {}

u64 TcpTable::hash_of(const TcpKey& key) const {
    const u64 addresses = static_cast<u64>(key.local.value()) << 32 | key.remote.value();
    const u64 ports = static_cast<u64>(key.local_port) << 16 | key.remote_port;
    u64 hash = (addresses + ports * 0x9e37'79b9'7f4a'7c15) * multiplier_;
    hash ^= hash >> 32;
    return hash * multiplier_ >> 40;
}

TcpFlow* TcpTable::find_locked(const TcpKey& key) {
    TcpFlow* f = flows_.chain(hash_of(key));
    while (f && f->key != key) f = f->chain;
    return f;
}

void TcpTable::link_locked(TcpFlow& f) {
    flows_.link(f, hash_of(f.key));
    f.in_table = true;
}

bool TcpTable::unlink_locked(TcpFlow& f) {
    if (!f.in_table) return false;
    flows_.unlink(f, hash_of(f.key));
    f.in_table = false;
    return true;
}

// After an insertion. False: it needs a page for that.
bool TcpTable::grow_locked() {
    return flows_.grow([this](const TcpFlow& f) { return hash_of(f.key); });
}

// Pages are allocated without the lock. Without memory the chains get longer.
[[gnu::noinline]] void TcpTable::grow() {
    void* page = platform::page_alloc();
    if (!page) return;
    {
        platform::Guard guard(lock_);
        page = flows_.add_page(page);
    }
    free_page(page);
}

// --- connections

// RFC 6191: with timestamps, a new incarnation may start once the timestamp clock has advanced (after 1 s).
// The old entry stays in waiting_ until it expires.
Result<> TcpTable::insert(TcpConnection& c, Instant now, std::optional<Seq>* above) {
    bool grown = false;
    {
        platform::Guard guard(lock_);
        if (TcpFlow* old = find_locked(c.key)) {
            if (old->kind != TcpFlow::Kind::TimeWait || !above) return Errno::AddrInUse;
            auto& entry = static_cast<TcpTimeWait&>(*old);
            if (!entry.timestamps || now - entry.since < seconds(1)) return Errno::AddrInUse;
            *above = entry.snd_nxt;
            unlink_locked(entry);
        }
        link_locked(c);
        c.add_ref();
        grown = grow_locked();
    }
    if (!grown) grow();
    return {};
}

Result<> TcpTable::insert_with_free_port(TcpConnection& c, bool (*taken)(void*, u16), void* argument) {
    constexpr u32 kFirst = 49152, kCount = 65536 - kFirst;  // RFC 6335 section 6
    const u32 start = static_cast<u32>(platform::random() % kCount);
    for (u32 i = 0; i < kCount; i++) {
        c.key.local_port = static_cast<u16>(kFirst + (start + i) % kCount);
        if (taken(argument, c.key.local_port) || !insert(c, {}).ok()) continue;
        if (!taken(argument, c.key.local_port)) return {};
        if (remove(c)) c.drop_ref();
    }
    return Errno::AddrInUse;
}

bool TcpTable::remove(TcpConnection& c) {
    platform::Guard guard(lock_);
    if (!unlink_locked(c)) return false;
    void* unused = flows_.shrink();
    guard.release();
    free_page(unused);
    return true;
}

TcpTable::Found TcpTable::find(const TcpKey& key) {
    Found found;
    platform::Guard guard(lock_);
    TcpFlow* f = find_locked(key);
    if (!f) return found;
    if (f->kind == TcpFlow::Kind::Connection) {
        found.connection = Ref<TcpConnection>(static_cast<TcpConnection*>(f));
        return found;
    }
    const auto& entry = static_cast<TcpTimeWait&>(*f);
    found.time_wait = true;
    found.snd_nxt = entry.snd_nxt, found.rcv_nxt = entry.rcv_nxt, found.window = entry.window;
    found.timestamps = entry.timestamps, found.refused_syn = entry.refused_syn;
    found.ts_offset = entry.ts_offset, found.ts_recent = entry.ts_recent;
    return found;
}

// --- TIME-WAIT

bool TcpTable::retire(TcpConnection& c, TcpTimeWait& entry) {
    platform::Guard guard(lock_);
    if (!unlink_locked(c)) return false;
    entry.key = c.key;
    link_locked(entry);
    waiting_.push_back(entry);
    time_waits_.fetch_add(1, std::memory_order_relaxed);
    return true;
}

TcpTimeWait* TcpTable::find_time_wait_locked(const TcpKey& key) {
    TcpFlow* f = find_locked(key);
    return f && f->kind == TcpFlow::Kind::TimeWait ? static_cast<TcpTimeWait*>(f) : nullptr;
}

// Returns a page that is no longer needed, or null.
void* TcpTable::forget_locked(TcpTimeWait& entry) {
    entry.unlink();
    time_waits_.fetch_sub(1, std::memory_order_relaxed);
    return unlink_locked(entry) ? flows_.shrink() : nullptr;
}

TcpTimeWait* TcpTable::take_time_wait(const TcpKey& key) {
    platform::Guard guard(lock_);
    TcpTimeWait* entry = find_time_wait_locked(key);
    if (!entry) return nullptr;
    void* unused = forget_locked(*entry);
    guard.release();
    free_page(unused);
    return entry;
}

void TcpTable::restart_time_wait(const TcpKey& key, Instant now) {
    platform::Guard guard(lock_);
    TcpTimeWait* entry = find_time_wait_locked(key);
    if (!entry) return;
    entry->until = now + kTimeWait;
    entry->unlink();
    waiting_.push_back(*entry);
}

void TcpTable::note_refused_syn(const TcpKey& key) {
    platform::Guard guard(lock_);
    if (TcpTimeWait* entry = find_time_wait_locked(key)) entry->refused_syn = true;
}

TcpTimeWait* TcpTable::expired_time_wait(Instant now, Instant& next) {
    platform::Guard guard(lock_);
    TcpTimeWait* first = waiting_.front();
    next = first ? first->until : Instant::never();
    if (!first || first->until > now) return nullptr;
    void* unused = forget_locked(*first);
    guard.release();
    free_page(unused);
    return first;
}

// --- searching the whole table

bool TcpTable::has_local_port(Ipv4Addr local, u16 port) {
    bool found = false;
    for (Place place; !found && !place.at_end();) {
        platform::Guard guard(lock_);
        flows_.walk(place, [&](const TcpFlow& f) {
            found = f.key.local_port == port && (local.is_any() || f.key.local == local);
            return !found;
        });
    }
    return found;
}

usize TcpTable::list(Place& from, std::span<Listed> room) {
    usize n = 0;
    platform::Guard guard(lock_);
    flows_.walk(from, [&](TcpFlow& f) {
        if (n == room.size()) return false;
        if (f.kind == TcpFlow::Kind::Connection)
            room[n++].connection = Ref<TcpConnection>(static_cast<TcpConnection*>(&f));
        else
            room[n++].time_wait = f.key;
        return true;
    });
    return n;
}

Ref<TcpConnection> TcpTable::any() {
    for (Place place; !place.at_end();) {
        Listed found[1];
        if (list(place, found) && found[0].connection) return found[0].connection;
    }
    return {};
}

usize TcpTable::bytes() {
    platform::Guard guard(lock_);
    return flows_.bytes();
}

usize TcpTable::longest_chain() {
    platform::Guard guard(lock_);
    return flows_.longest_chain();
}

}  // namespace net
