// Ref<T>: shared ownership of an object with an intrusive reference count. T derives from RefCounted, or
// forwards to such an object.
#pragma once

#include <utility>

#include "lib/shared_count.h"
#include "lib/types.h"

// The base of objects with a reference count. An object that has a part with an interface of its own lets the
// part forward to this base, so that both share the count.
class RefCounted {
  public:
    void add_ref() { refs_.fetch_add(1, std::memory_order_relaxed); }
    void drop_ref() {
        if (release() == 1) last_ref_gone();
    }
    u32 ref_count() const { return refs_.load(std::memory_order_relaxed); }

  protected:
    ~RefCounted() = default;

    // For a class with a drop_ref() of its own: drops a reference, and returns the count before that.
    u32 release() { return refs_.fetch_sub(1, std::memory_order_acq_rel); }
    // Sets or clears bits of the count that no reference uses.
    void set_bits(u32 bits) { refs_.fetch_or(bits, std::memory_order_acq_rel); }
    void clear_bits(u32 bits) { refs_.fetch_and(~bits, std::memory_order_acq_rel); }

  private:
    // Called once, when the last reference was dropped: frees the object. No lock is held.
    virtual void last_ref_gone() = 0;

    SharedCount refs_{0};
};

template <class T>
class Ref {
  public:
    constexpr Ref() = default;
    explicit Ref(T* p) : p_(p) {
        if (p_) p_->add_ref();
    }
    Ref(const Ref& o) : Ref(o.p_) {}
    Ref(Ref&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
    Ref& operator=(Ref o) noexcept {
        std::swap(p_, o.p_);
        return *this;
    }
    ~Ref() {
        if (p_) p_->drop_ref();
    }

    T* get() const { return p_; }
    T* operator->() const { return p_; }
    T& operator*() const { return *p_; }
    explicit operator bool() const { return p_ != nullptr; }

  private:
    T* p_ = nullptr;
};
