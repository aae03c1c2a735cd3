#include "mm/user_ranges.h"

#include "mm/kalloc.h"
#include "mm/uaccess.h"
#include "mm/vm.h"

namespace mm {

static_assert(UIO_MAXIOV * sizeof(iovec) <= kPageSize);

UserRanges::~UserRanges() {
    Space::loaded()->ranges = nullptr;
    if (ranges_) page_free(ranges_);
}

Result<> UserRanges::fetch(UserAddr iovecs, usize count) {
    constexpr usize kMost = 0x7fff'ffff;
    if (count > UIO_MAXIOV) return Errno::Inval;
    if (count == 0) return {};
    ranges_ = static_cast<iovec*>(page_alloc());
    if (!ranges_) return Errno::NoMem;
    TRY(copy_in(ranges_, iovecs, count * sizeof(iovec)));
    count_ = count;
    for (usize i = 0; i < count; i++) {
        if (ranges_[i].iov_len > kMost - size_) return Errno::Inval;
        size_ += ranges_[i].iov_len;
    }
    first_ = {reinterpret_cast<uptr>(ranges_[0].iov_base)};
    Space::loaded()->ranges = this;
    return {};
}

UserRanges::Range UserRanges::range_at(UserAddr at, usize n) {
    if (at.value < kBegin || at.value - kBegin >= size_) return {};
    const usize offset = at.value - kBegin;
    if (offset < last_offset_) last_ = last_offset_ = 0;
    while (offset - last_offset_ >= ranges_[last_].iov_len) last_offset_ += ranges_[last_++].iov_len;
    const usize into = offset - last_offset_, rest = ranges_[last_].iov_len - into;
    return {UserAddr{reinterpret_cast<uptr>(ranges_[last_].iov_base)} + into, n < rest ? n : rest};
}

}  // namespace mm
