// Takes an input apart: numbers and bytes from the front. Behind the end, all bytes are zero.
#pragma once

#include "fake/packets.h"

namespace fuzz {

class Input {
  public:
    explicit Input(Bytes bytes) : left_(bytes) {}
    bool ends() const { return left_.empty(); }

    u8 byte() {
        if (ends()) return 0;
        const u8 b = left_[0];
        left_ = left_.subspan(1);
        return b;
    }
    u16 half() {
        const u8 low = byte();
        return static_cast<u16>(low | byte() << 8);
    }
    u32 word() {
        const u16 low = half();
        return low | u32{half()} << 16;
    }
    bool flag() { return byte() & 1; }
    u32 below(u32 n) { return n > 256 ? half() % n : byte() % n; }
    template <class T, usize kN>
    T one_of(const T (&choices)[kN]) {
        return choices[below(kN)];
    }

    // As many bytes as there are, at most n.
    Bytes bytes(usize n) {
        const Bytes taken = left_.first(n < left_.size() ? n : left_.size());
        left_ = left_.subspan(taken.size());
        return taken;
    }
    // A byte says how many bytes follow.
    packets::Packet packet() {
        const Bytes b = bytes(byte());
        return {b.begin(), b.end()};
    }
    Bytes rest() { return bytes(left_.size()); }

  private:
    Bytes left_;
};

}  // namespace fuzz
