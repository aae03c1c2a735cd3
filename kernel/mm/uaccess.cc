#include "mm/uaccess.h"

#include "lib/string.h"
#include "mm/user_ranges.h"
#include "mm/vm.h"

namespace mm {
namespace {

// A run of bytes within one user page, in the direct map.
struct Piece {
    u8* data;
    usize size;
};

// The first piece of [at, at + n). Its data is null if the program itself does not have this permission.
Piece piece_at(UserAddr at, usize n, u64 permission) {
    const usize offset = at.value % kPageSize;
    auto* page = static_cast<u8*>(Space::loaded()->page_at(at.value, permission));
    if (!page) [[unlikely]]
        return {nullptr, 0};
    return {page + offset, n < kPageSize - offset ? n : kPageSize - offset};
}

// After a failed lookup: allocates or copies the page, as a fault of the program does. Then retry.
Result<> touch(UserAddr at, u64 permission) { return Space::loaded()->touch(at.value, permission); }

// Whether the range lies in user memory. This also excludes an overflow of the address.
bool is_user_range(UserAddr a, usize n) { return a.value < kUserEnd && n <= kUserEnd - a.value; }

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

[[gnu::noinline]] Result<> copy_in_ranges(void* to, UserAddr from, usize n) {
    return copy_ranges(from, n, [to](UserAddr part, usize offset, usize size) {
        return copy_in(static_cast<u8*>(to) + offset, part, size);
    });
}

[[gnu::noinline]] Result<> copy_out_ranges(UserAddr to, const void* from, usize n) {
    return copy_ranges(to, n, [from](UserAddr part, usize offset, usize size) {
        return copy_out(part, static_cast<const u8*>(from) + offset, size);
    });
}

[[gnu::noinline]] Result<Piece> find_piece(UserAddr at, usize n, u64 permission) {
    if (!is_user_range(at, n)) {
        UserRanges* ranges = Space::loaded()->ranges;
        const UserRanges::Range r = ranges ? ranges->range_at(at, n) : UserRanges::Range{};
        if (r.size == 0 || !is_user_range(r.at, r.size)) return Errno::Fault;
        at = r.at, n = r.size;
    }
    for (;;) {
        if (const Piece p = piece_at(at, n, permission); p.data) return p;
        TRY(touch(at, permission));
    }
}

template <class Run>
Result<> find_run(UserAddr at, usize n, u64 permission, Run& run) {
    Piece p = is_user_range(at, n) ? piece_at(at, n, permission) : Piece{};
    if (!p.data) [[unlikely]]
        p = TRY(find_piece(at, n, permission));
    run = {p.data, p.size};
    return {};
}

}  // namespace

Result<> readable(UserAddr at, usize n, Bytes& run) { return find_run(at, n, kRead, run); }
Result<> writable(UserAddr at, usize n, MutBytes& run) { return find_run(at, n, kWrite, run); }

Result<> copy_in(void* to, UserAddr from, usize n) {
    if (!is_user_range(from, n)) [[unlikely]]
        return copy_in_ranges(to, from, n);
    for (auto* t = static_cast<u8*>(to); n;) {
        const Piece p = piece_at(from, n, kRead);
        if (!p.data) [[unlikely]] {
            TRY(touch(from, kRead));
            continue;
        }
        memcpy(t, p.data, p.size);
        t += p.size, from = from + p.size, n -= p.size;
    }
    return {};
}

Result<> copy_out(UserAddr to, const void* from, usize n) {
    if (!is_user_range(to, n)) [[unlikely]]
        return copy_out_ranges(to, from, n);
    for (auto* f = static_cast<const u8*>(from); n;) {
        const Piece p = piece_at(to, n, kWrite);
        if (!p.data) [[unlikely]] {
            TRY(touch(to, kWrite));
            continue;
        }
        memcpy(p.data, f, p.size);
        f += p.size, to = to + p.size, n -= p.size;
    }
    return {};
}

Result<usize> copy_in_string(char* to, UserAddr from, usize room) {
    for (usize length = 0; length < room;) {
        if (!is_user_range(from, 1)) return Errno::Fault;
        const Piece p = piece_at(from, room - length, kRead);
        if (!p.data) {
            TRY(touch(from, kRead));
            continue;
        }
        const usize n = strnlen(reinterpret_cast<char*>(p.data), p.size);
        memcpy(to + length, p.data, n);
        length += n;
        if (n < p.size) {
            to[length] = '\0';
            return length;
        }
        from = from + n;
    }
    return Errno::NameTooLong;
}

}  // namespace mm
