// UserRanges: several ranges of the calling process's memory that a call uses as one (readv, sendmsg). While
// it exists, the ranges stand one after the other from begin() on: copy_in and copy_out find their bytes
// there. So what reads or writes one range, such as a socket, needs not know of several.
//
// begin() is outside of all user memory. A copy from or to there costs a look-up of the range; other copies
// cost nothing.
#pragma once

#include "abi/uio.h"
#include "lib/result.h"

namespace mm {

// One at a time for each process, used by its own thread.
class UserRanges {
  public:
    static constexpr uptr kBegin = uptr{1} << 62;

    UserRanges() = default;
    ~UserRanges();
    UserRanges(const UserRanges&) = delete;
    UserRanges& operator=(const UserRanges&) = delete;

    // Copies the iovecs in; to be called once. Inval: more than UIO_MAXIOV, or longer than INT_MAX together.
    // Fault, NoMem.
    Result<> fetch(UserAddr iovecs, usize count);

    UserAddr begin() const { return count_ == 1 ? first_ : UserAddr{kBegin}; }
    usize size() const { return size_; }

    // The part of [at, at + n) that is in one range; empty: `at` is not in any.
    struct Range {
        UserAddr at;
        usize size;
    };
    Range range_at(UserAddr at, usize n);

  private:
    iovec* ranges_ = nullptr;  // a page
    usize count_ = 0;
    usize size_ = 0;
    UserAddr first_{};
    // The range of the last look-up: most copies go from one to the next.
    usize last_ = 0, last_offset_ = 0;
};

}  // namespace mm
