// The bytes of a capture file or pipe, in order.
#pragma once

#include <algorithm>
#include <cstdio>
#include <vector>

#include "lib/types.h"

namespace capture {

class Input {
  public:
    // The file stays the caller's, and open.
    explicit Input(std::FILE* file) : file_(file) {}

    // Reads up to `n` bytes; fewer only at the end of the file or after an error.
    usize read(void* to, usize n) {
        const usize got = std::fread(to, 1, n, file_);
        position_ += got;
        return got;
    }

    // Reads up to `n` bytes into `to`. A wrong `n` costs no memory: the buffer grows with what is really
    // there.
    usize read(std::vector<u8>& to, usize n) {
        to.clear();
        while (to.size() < n) {
            const usize had = to.size(), step = std::min(n - had, kStep);
            to.resize(had + step);
            const usize got = read(to.data() + had, step);
            to.resize(had + got);
            if (got < step) break;
        }
        return to.size();
    }

    // Reads and drops up to `n` bytes: a pipe cannot seek. True if all were there.
    bool skip(u64 n) {
        u8 dropped[4096];
        while (n > 0) {
            const usize step = static_cast<usize>(std::min<u64>(n, sizeof dropped));
            if (read(dropped, step) < step) return false;
            n -= step;
        }
        return true;
    }

    u64 position() const { return position_; }
    bool failed() const { return std::ferror(file_) != 0; }

  private:
    static constexpr usize kStep = 65'536;

    std::FILE* file_;
    u64 position_ = 0;
};

}  // namespace capture
