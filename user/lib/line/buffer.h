// The line being edited, and the cursor.
#pragma once

#include "lib/types.h"

namespace line {

// A text that is not terminated.
struct Text {
    const char* start;
    usize size;
};

// Positions are in bytes, and at the beginning of a character.
class Buffer {
  public:
    static constexpr usize kMost = 4095;

    Text text() const { return {text_, size_}; }
    usize size() const { return size_; }
    usize cursor() const { return cursor_; }
    // Since the last call of shown(), the text has not changed up to here.
    usize unchanged() const { return unchanged_; }
    void shown() { unchanged_ = size_; }
    void set_all_changed() { unchanged_ = 0; }

    // What does not fit into `most` bytes, at most kMost, is refused.
    void begin(usize most);
    bool set(Text text);  // the cursor is behind it
    // At the cursor, which is behind it afterwards.
    bool insert(Text text);
    // The cursor is where the text was.
    void erase(usize from, usize to);
    void move(usize to) { cursor_ = to; }
    // Exchanges the characters on both sides of the cursor; at the end, the last two.
    bool transpose();

    usize before(usize position) const;  // the character's beginning, or 0
    usize after(usize position) const;   // the next one's, or the end
    // Words of letters and digits, as Alt-B and Alt-F have them.
    usize word_before(usize position) const;
    usize word_after(usize position) const;
    usize blanks_word_before(usize position) const;  // a word is what has no blanks, as for Ctrl-W

  private:
    usize boundary(usize position) const;
    void change(usize from);

    char text_[kMost];
    usize size_ = 0, cursor_ = 0, most_ = kMost, unchanged_ = 0;
};

}  // namespace line
