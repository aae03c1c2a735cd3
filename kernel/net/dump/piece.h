// What a layer of the dump works on: the bytes that are there, and how many there were on the wire. Internal
// to net/dump.
#pragma once

#include "lib/string.h"
#include "lib/types.h"

namespace net {

// Bytes from `at` on, none when there are not so many; and the first `n`, or as many as there are.
inline Bytes behind(Bytes b, usize at) { return at < b.size() ? b.subspan(at) : Bytes{}; }
inline Bytes at_most(Bytes b, usize n) { return n < b.size() ? b.first(n) : b; }

// A part of a packet. A capture or the quote in an ICMP error may have cut bytes off the end.
struct Piece {
    Bytes here;
    usize length;  // on the wire, at least here.size()

    explicit Piece(Bytes b) : here(b), length(b.size()) {}
    Piece(Bytes b, usize on_the_wire) : here(b), length(b.size() < on_the_wire ? on_the_wire : b.size()) {}

    bool whole() const { return here.size() == length; }
    bool empty() const { return length == 0; }
    // The first n bytes. n may exceed `length`: a header can claim more than there is.
    Piece first(usize n) const { return {at_most(here, n), n}; }
    Piece behind(usize n) const { return {net::behind(here, n), n < length ? length - n : 0}; }
};

// The front of a header of which not all bytes may be there. has() tells which fields are, and remembers how
// far the fields reach that it was asked about.
template <class Header>
class Partial {
  public:
    Header header{};

    explicit Partial(Bytes b) : bytes_(at_most(b, sizeof(Header))) {
        if (!bytes_.empty()) memcpy(static_cast<void*>(&header), bytes_.data(), bytes_.size());
    }
    explicit Partial(const Piece& p) : Partial(p.here) {}

    bool whole() const { return bytes_.size() == sizeof(Header); }
    template <class Field>
    bool has(const Field& f) {
        const auto start =
            static_cast<usize>(reinterpret_cast<const u8*>(&f) - reinterpret_cast<const u8*>(&header));
        if (start + sizeof(Field) > bytes_.size()) return false;
        if (shown_ < start + sizeof(Field)) shown_ = start + sizeof(Field);
        return true;
    }
    // The bytes of the field that is cut: those behind the last whole field.
    Bytes rest() const { return behind(bytes_, shown_); }

  private:
    Bytes bytes_;
    usize shown_ = 0;
};

}  // namespace net
