// Owned<T, Free>: a pointer that owns an object, and gives it back with Free when it goes out of scope. The
// kernel's std::unique_ptr: <memory> brings so much of the C++ library that each file takes twice as long to
// compile.
#pragma once

#include <cstddef>
#include <utility>

template <class T, class Free>
class Owned {
  public:
    constexpr Owned() = default;
    constexpr Owned(std::nullptr_t) {}
    explicit Owned(T* p) : p_(p) {}
    Owned(Owned&& o) noexcept : p_(o.release()) {}
    Owned& operator=(Owned&& o) noexcept {
        reset(o.release());
        return *this;
    }
    ~Owned() {
        if (p_) Free()(p_);
    }

    T* get() const { return p_; }
    T* operator->() const { return p_; }
    T& operator*() const { return *p_; }
    explicit operator bool() const { return p_ != nullptr; }
    bool operator==(std::nullptr_t) const { return !p_; }

    // The caller owns the object from now on.
    [[nodiscard]] T* release() { return std::exchange(p_, nullptr); }
    void reset(T* p = nullptr) {
        if (T* old = std::exchange(p_, p)) Free()(old);
    }

  private:
    T* p_ = nullptr;
};
