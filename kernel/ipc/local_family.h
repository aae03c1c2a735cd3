// AF_UNIX: opens sockets, finds them by their names, and lists them.
#pragma once

#include "ipc/local_socket.h"
#include "ipc/process.h"
#include "net/core/pool.h"
#include "net/socket/family.h"

namespace ipc {

// SocketFamily documents its functions.
// - Thread context, no lock held.
class LocalFamily final : public net::SocketFamily {
  public:
    // The pages of all queues; a queue gets its share by MbufBudget's rule.
    static constexpr u32 kMostPages = 2048;

    Result<Ref<net::Socket>> open(int type, int protocol) override;
    Result<Pair> open_pair(int type, int protocol) override;
    u32 in_use() const override { return count_.load(std::memory_order_relaxed); }
    u32 most() const { return sockets_.most(); }
    bool describe(usize& index, socket_entry& entry, const void*& object) override;

    // ---- for its sockets ----
    // NFile, NoMem.
    Result<Ref<LocalSocket>> create(int type);
    void free(LocalSocket& socket);
    // A closed socket is neither found nor listed.
    void forget(LocalSocket& socket);
    void name(LocalSocket& socket, NameKey key);
    // Null: no socket has this name.
    Ref<LocalSocket> find(NameKey key);
    u32 pages_in_use() const { return pages_.total(); }

  private:
    Ref<LocalSocket> at(usize& index);

    static constexpr usize kBuckets = 64;
    List<LocalSocket, ByName>& bucket(NameKey key) REQUIRES(lock_) {
        return by_name_[(key ^ key >> 32) % kBuckets];
    }

    std::atomic<u32> count_{0};
    std::atomic<u32> last_number_{0};
    net::MbufBudget pages_{kMostPages};
    net::Pool<Inbox> inboxes_{LockRank::ConnectionTable, memory_share::kUnixSockets};
    net::Pool<LocalSocket> sockets_{LockRank::ConnectionTable, memory_share::kUnixSockets};
    net::platform::Lock lock_{LockRank::SocketTable, "unix sockets"};
    List<LocalSocket, InFamily> all_ GUARDED_BY(lock_);
    List<LocalSocket, ByName> by_name_[kBuckets] GUARDED_BY(lock_);
};

}  // namespace ipc
