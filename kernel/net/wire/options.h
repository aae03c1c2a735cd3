// The options of an IPv4 or a TCP header. Both RFCs use the same format: kind 0 ends the list, kind 1 is
// padding, and any other kind is followed by a length byte, which includes the kind and length bytes.
#pragma once

#include <optional>

#include "lib/types.h"

namespace net {

struct HeaderOption {
    u8 kind;
    Bytes data;  // without kind and length; empty for kEnd and kNop
};

// Iterates over an option list. Every step consumes at least one byte, so the iteration ends on any input.
class HeaderOptions {
  public:
    static constexpr u8 kEnd = 0, kNop = 1;

    explicit HeaderOptions(Bytes b) : rest_(b) {}

    // The next option, including kEnd and kNop. Returns nothing after kEnd, at the end of the bytes, or at an
    // invalid length (then malformed() is true).
    std::optional<HeaderOption> next() {
        if (rest_.empty()) return std::nullopt;
        const u8 kind = rest_[0];
        if (kind == kEnd || kind == kNop) return take(kind, 1, 1);
        if (rest_.size() < 2 || rest_[1] < 2 || rest_[1] > rest_.size()) {
            malformed_ = true;
            return std::nullopt;
        }
        return take(kind, 2, rest_[1]);
    }

    bool malformed() const { return malformed_; }
    Bytes rest() const { return rest_; }        // not yet walked over
    Bytes padding() const { return padding_; }  // behind kEnd

  private:
    HeaderOption take(u8 kind, usize head, usize length) {
        const HeaderOption option{kind, rest_.subspan(head, length - head)};
        rest_ = rest_.subspan(length);
        if (kind == kEnd) padding_ = rest_, rest_ = {};
        return option;
    }

    Bytes rest_, padding_;
    bool malformed_ = false;
};

}  // namespace net
