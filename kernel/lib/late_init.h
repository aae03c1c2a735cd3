// LateInit<T>: room for a global object that is made at boot and lives for ever. It has no constructor to
// run before main, and no destructor at all.
#pragma once

#include <new>
#include <utility>

#include "lib/types.h"

template <class T>
class LateInit {
  public:
    // Once, before any use. Not synchronised: at boot, by one hart.
    template <class... Args>
    T& emplace(Args&&... args) {
        return *new (storage_) T(std::forward<Args>(args)...);
    }
    T& operator*() { return *reinterpret_cast<T*>(storage_); }
    T* operator->() { return &**this; }

  private:
    alignas(T) u8 storage_[sizeof(T)];
};
