// SocketPool<T>: creates and frees the sockets of one class, up to a limit that several pools may share.
#pragma once

#include <atomic>
#include <utility>

#include "lib/ref.h"
#include "net/core/pool.h"

namespace net {

// Counts open sockets, including closed ones that a thread still uses.
class SocketLimit {
  public:
    static constexpr u32 kMost = 2048;

    // False: there are kMost. Counts before the socket exists, so the limit also holds for concurrent calls.
    bool take() {
        if (count_.fetch_add(1, std::memory_order_relaxed) < kMost) return true;
        give();
        return false;
    }
    void give() { count_.fetch_sub(1, std::memory_order_relaxed); }
    u32 count() const { return count_.load(std::memory_order_relaxed); }

  private:
    std::atomic<u32> count_{0};
};

// A T is constructed with its pool as the first argument, and last_ref_gone() returns it to the pool.
// - Thread context, no lock held.
template <class T>
class SocketPool {
  public:
    constexpr explicit SocketPool(SocketLimit& limit) : limit_(limit) {}

    // Errors: NFile (the limit is reached), NoMem.
    template <class... Args>
    Result<Ref<T>> create(Args&&... args) {
        if (!limit_.take()) return Errno::NFile;
        if (T* socket = pool_.create(*this, std::forward<Args>(args)...)) return Ref<T>(socket);
        limit_.give();
        return Errno::NoMem;
    }
    void free(T& socket) {
        pool_.destroy(&socket);
        limit_.give();
    }

  private:
    SocketLimit& limit_;
    Pool<T> pool_{LockRank::SocketTable};
};

}  // namespace net
