// AF_UNIX: opens sockets, finds them by their names, and lists them.
#pragma once

#include "ipc/local_socket.h"
#include "ipc/process.h"
#include "net/core/growing_hash.h"
#include "net/core/pool.h"
#include "net/socket/family.h"

namespace ipc {

// SocketFamily documents its functions.
// - Thread context, no lock held.
class LocalFamily final : public net::SocketFamily {
    using Sockets = net::GrowingHash<LocalSocket, &LocalSocket::next_listed>;
    using Named = net::GrowingHash<LocalSocket, &LocalSocket::next_named>;

  public:
    // The pages of all queues; a queue gets its share by MbufBudget's rule.
    static constexpr u32 kMostPages = 2048;

    Result<Ref<net::Socket>> open(int type, int protocol) override;
    Result<Pair> open_pair(int type, int protocol) override;
    u32 in_use() const override { return count_.load(std::memory_order_relaxed); }
    u32 most() const { return sockets_.most(); }
    bool list(net::SocketVisitor& to) override;

    // ---- for its sockets ----
    // NFile, NoMem.
    Result<Ref<LocalSocket>> create(int type);
    void free(LocalSocket& socket);
    // A closed socket is neither found nor listed.
    void forget(LocalSocket& socket);
    void name(LocalSocket& socket, NameKey key);
    // Null: no socket has this name.
    Ref<LocalSocket> find(NameKey key);
    // Fills an empty array, as EndpointTable::list does.
    using Listed = Ref<LocalSocket>;
    using Place = Sockets::Place;
    usize list(Place& from, std::span<Listed> room);
    usize longest_chain();  // of both hash tables; for tests
    u32 pages_in_use() const { return pages_.total(); }

  private:
    // A key has a random half.
    static u64 hash_of_name(NameKey key) { return key ^ key >> 32; }
    void enter(LocalSocket& socket);
    bool grow_locked() REQUIRES(lock_);
    void grow();

    std::atomic<u32> count_{0};
    std::atomic<u32> last_number_{0};
    net::MbufBudget pages_{kMostPages};
    net::Pool<Inbox> inboxes_{LockRank::ConnectionTable, memory_share::kUnixSockets};
    net::Pool<LocalSocket> sockets_{LockRank::ConnectionTable, memory_share::kUnixSockets};
    net::platform::Lock lock_{LockRank::SocketTable, "unix sockets"};
    Sockets all_ GUARDED_BY(lock_);  // by number
    Named by_name_ GUARDED_BY(lock_);
};

}  // namespace ipc
