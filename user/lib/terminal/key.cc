#include "terminal/key.h"

#include <utility>

namespace terminal {
namespace {

constexpr u8 kEscape = 0x1b;

// ESC [ and a letter, or ESC O and a letter.
Key key_of_letter(u8 letter, bool modified) {
    switch (letter) {
        case 'A': return kUp;
        case 'B': return kDown;
        case 'C': return modified ? kWordRight : kRight;
        case 'D': return modified ? kWordLeft : kLeft;
        case 'F': return kEnd;
        case 'H': return kHome;
        default: return kNoKey;
    }
}

// ESC [ number ~
Key key_of_number(unsigned number) {
    switch (number) {
        case 1:
        case 7: return kHome;
        case 2: return kInsert;
        case 3: return kDelete;
        case 4:
        case 8: return kEnd;
        case 5: return kPageUp;
        case 6: return kPageDown;
        default: return kNoKey;
    }
}

}  // namespace

// A control character is a key also in the middle of a sequence, so that no Enter is lost.
Key KeyDecoder::take(u8 byte) {
    if (byte == kEscape) {
        state_ = State::Escape;
        return kNoKey;
    }
    const State state = std::exchange(state_, State::Plain);
    if (byte < ' ') return byte;
    switch (state) {
        case State::Escape: return after_escape(byte);
        case State::Sequence: return in_sequence(byte);
        case State::Ss3: return key_of_letter(byte, false);
        case State::FunctionKey: return kNoKey;
        case State::Plain: break;
    }
    return byte;
}

Key KeyDecoder::after_escape(u8 byte) {
    number_ = 0;
    modified_ = false;
    if (byte == '[')
        state_ = State::Sequence;
    else if (byte == 'O')
        state_ = State::Ss3;
    else
        return byte < 0x80 ? kAlt | byte : byte;
    return kNoKey;
}

Key KeyDecoder::in_sequence(u8 byte) {
    if (byte == '[') {  // the Linux console's F1 is ESC [ [ A
        state_ = State::FunctionKey;
        return kNoKey;
    }
    if (byte >= '@') return byte == '~' ? key_of_number(number_) : key_of_letter(byte, modified_);
    state_ = State::Sequence;
    if (byte == ';') modified_ = true;
    if (byte >= '0' && byte <= '9' && !modified_ && number_ < 1000) number_ = number_ * 10 + (byte - '0');
    return kNoKey;
}

}  // namespace terminal
