// Keys, made of the bytes that a terminal sends for them: the sequences of VT220, xterm, the Linux console
// and those who imitate them (ECMA-48, section 5.4).
#pragma once

#include "lib/types.h"

namespace terminal {

// A byte is its own key: 'a', 1 for Ctrl-A, and each byte of a character of UTF-8.
using Key = u16;
enum : Key {
    kBackspace = 0x7f,
    kNoKey = 0x100,  // the sequence is not complete, or not known
    kUp,
    kDown,
    kRight,
    kLeft,
    kHome,
    kEnd,
    kInsert,
    kDelete,
    kPageUp,
    kPageDown,
    kWordRight,  // Ctrl or Alt, and an arrow
    kWordLeft,
    kAlt = 0x200,  // kAlt | 'b' is Alt-b, which sends ESC and b
};
constexpr Key control(char c) { return c & 0x1f; }

class KeyDecoder {
  public:
    Key take(u8 byte);

  private:
    enum class State : u8 { Plain, Escape, Sequence, Ss3, FunctionKey };
    Key after_escape(u8 byte);
    Key in_sequence(u8 byte);

    State state_ = State::Plain;
    unsigned number_ = 0;    // the first number of a sequence
    bool modified_ = false;  // it has a second one: Shift, Alt or Ctrl
};

}  // namespace terminal
