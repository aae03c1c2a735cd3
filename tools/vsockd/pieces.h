// Byte ranges in several pieces (struct iovec), as a descriptor chain has them.
#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "lib/types.h"

namespace vsockd {

inline usize total(std::span<const iovec> pieces) {
    usize n = 0;
    for (const iovec& p : pieces) n += p.iov_len;
    return n;
}

// Removes the first n bytes, or all if there are fewer.
inline void drop_front(std::vector<iovec>& pieces, usize n) {
    usize gone = 0;
    while (gone < pieces.size() && n >= pieces[gone].iov_len) n -= pieces[gone++].iov_len;
    pieces.erase(pieces.begin(), pieces.begin() + static_cast<std::ptrdiff_t>(gone));
    if (pieces.empty() || !n) return;
    pieces[0].iov_base = static_cast<u8*>(pieces[0].iov_base) + n;
    pieces[0].iov_len -= n;
}

// Keeps only the first n bytes.
inline void keep_front(std::vector<iovec>& pieces, usize n) {
    usize kept = 0;
    while (kept < pieces.size() && n) {
        pieces[kept].iov_len = std::min(pieces[kept].iov_len, n);
        n -= pieces[kept++].iov_len;
    }
    pieces.resize(kept);
}

// Copies between the pieces and `bytes` until one of them ends; returns how many.
inline usize copy_out(std::span<const iovec> pieces, MutBytes bytes) {
    usize done = 0;
    for (const iovec& p : pieces) {
        const usize n = std::min(p.iov_len, bytes.size() - done);
        std::memcpy(bytes.data() + done, p.iov_base, n);
        done += n;
    }
    return done;
}
inline usize copy_in(std::span<const iovec> pieces, Bytes bytes) {
    usize done = 0;
    for (const iovec& p : pieces) {
        const usize n = std::min(p.iov_len, bytes.size() - done);
        std::memcpy(p.iov_base, bytes.data() + done, n);
        done += n;
    }
    return done;
}

}  // namespace vsockd
