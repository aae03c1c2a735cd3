// LateInit<T>: storage for a global object that is constructed at boot and never destroyed. It needs no
// global constructor and no destructor.
#pragma once

#include <new>
#include <utility>

#include "lib/types.h"

template <class T>
class LateInit {
  public:
    // Constructs the object. To be called once, before any use, at boot by one hart: not synchronised.
    template <class... Args>
    T& emplace(Args&&... args) {
        return *new (storage_) T(std::forward<Args>(args)...);
    }
    T& operator*() { return *reinterpret_cast<T*>(storage_); }
    T* operator->() { return &**this; }

  private:
    alignas(T) u8 storage_[sizeof(T)];
};
