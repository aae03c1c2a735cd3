// SocketPool<T>: creates and frees the sockets of one class, up to its share of the memory.
#pragma once

#include <utility>

#include "lib/ref.h"
#include "lib/shared_count.h"
#include "net/core/pool.h"

namespace net {

// A T is constructed with its pool as the first argument, and last_ref_gone() returns it to the pool.
// - Thread context, no lock held.
template <class T>
class SocketPool {
  public:
    constexpr explicit SocketPool(MemoryShare share) : pool_(LockRank::SocketTable, share) {}

    // Errors: NFile (the share is used up), NoMem.
    template <class... Args>
    Result<Ref<T>> create(Args&&... args) {
        T* socket = pool_.create(*this, std::forward<Args>(args)...);
        if (!socket) return pool_.has_all_pages() ? Errno::NFile : Errno::NoMem;
        count_.fetch_add(1, std::memory_order_relaxed);
        return Ref<T>(socket);
    }
    void free(T& socket) {
        pool_.destroy(&socket);
        count_.fetch_sub(1, std::memory_order_relaxed);
    }

    // Open sockets, including closed ones that a thread still uses.
    u32 count() const { return count_.load(std::memory_order_relaxed); }

  private:
    Pool<T> pool_;
    SharedCount count_{0};
};

}  // namespace net
