// The target of a read or the source of a write: memory of the calling process or of the kernel.
#pragma once

#include "lib/result.h"
#include "lib/string.h"
#include "mm/uaccess.h"

namespace fs {

class IoBuffer {
  public:
    IoBuffer(UserAddr address, usize size) : user_(address), size_(size) {}
    IoBuffer(MutBytes kernel) : kernel_(kernel.data()), size_(kernel.size()) {}

    usize size() const { return size_; }

    // The part after the first n bytes.
    IoBuffer from(usize n) const {
        IoBuffer rest = *this;
        rest.user_ = user_ + n;
        if (kernel_) rest.kernel_ = kernel_ + n;
        rest.size_ = size_ - n;
        return rest;
    }

    // Copy the first bytes.size() bytes. Fault: the process has no access there. No spinlock may be held.
    Result<> put(Bytes bytes) const {
        if (!kernel_) return mm::copy_out(user_, bytes.data(), bytes.size());
        memcpy(kernel_, bytes.data(), bytes.size());
        return {};
    }
    Result<> get(MutBytes bytes) const {
        if (!kernel_) return mm::copy_in(bytes.data(), user_, bytes.size());
        memcpy(bytes.data(), kernel_, bytes.size());
        return {};
    }

  private:
    UserAddr user_{};
    u8* kernel_ = nullptr;
    usize size_;
};

}  // namespace fs
