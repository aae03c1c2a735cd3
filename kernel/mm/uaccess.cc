#include "mm/uaccess.h"

#include "lib/string.h"
#include "mm/user_ranges.h"
#include "mm/vm.h"

namespace mm {
namespace {

// Calls copy(address, offset, n) for each part of [at, at + n), an address outside of user memory, in the
// ranges of the current call.
template <class Copy>
Result<> copy_ranges(UserAddr at, usize n, Copy copy) {
    UserRanges* ranges = Space::loaded()->ranges;
    for (usize done = 0; done < n;) {
        const UserRanges::Range r = ranges ? ranges->range_at(at + done, n - done) : UserRanges::Range{};
        if (r.size == 0 || !is_user_range(r.at, r.size)) return Errno::Fault;
        TRY(copy(r.at, done, r.size));
        done += r.size;
    }
    return {};
}

}  // namespace

Result<> copy_in_ranges(void* to, UserAddr from, usize n) {
    return copy_ranges(from, n, [to](UserAddr part, usize offset, usize size) {
        return copy_in(static_cast<u8*>(to) + offset, part, size);
    });
}

Result<> copy_out_ranges(UserAddr to, const void* from, usize n) {
    return copy_ranges(to, n, [from](UserAddr part, usize offset, usize size) {
        return copy_out(part, static_cast<const u8*>(from) + offset, size);
    });
}

// In pieces that lie in one page, because the string may end in the last page that the program has; and in
// short ones, because most strings are short.
Result<usize> copy_in_string(char* to, UserAddr from, usize room) {
    constexpr usize kPiece = 64;
    for (usize length = 0; length < room;) {
        const usize to_border = kPiece - from.value % kPiece;
        const usize n = to_border < room - length ? to_border : room - length;
        TRY(copy_in(to + length, from, n));
        const usize found = strnlen(to + length, n);
        length += found;
        if (found < n) return length;
        from = from + n;
    }
    return Errno::NameTooLong;
}

}  // namespace mm
