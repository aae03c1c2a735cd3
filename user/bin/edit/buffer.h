// The text, and the cursor in it. The bytes are in one block with a gap, where something is inserted or
// erased:
//
//   | text before the gap | gap | text behind it |
//
// The gap moves only when the next change is elsewhere, so typing does not move the text.
#pragma once

#include "lib/text_view.h"
#include "lib/types.h"

namespace edit {

// Positions are in bytes. A line ends with '\n', the last one need not.
class Buffer {
  public:
    static constexpr usize kMost = 1 << 20;

    Buffer() = default;
    ~Buffer();
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    usize size() const { return room_ - (gap_end_ - gap_); }
    usize cursor() const { return cursor_; }
    usize line() const { return line_; }    // the number of newlines before the cursor
    usize lines() const { return lines_; }  // one more than there are newlines

    void move(usize to);
    // At the cursor, which is behind it afterwards. False: more than kMost bytes, or no memory.
    bool insert(TextView text);
    void erase(usize n);  // behind the cursor

    char at(usize i) const { return text_[i < gap_ ? i : i + (gap_end_ - gap_)]; }
    // A part of the text; valid until the next call of text(), insert() or erase().
    TextView text(usize from, usize to);

    usize line_start(usize at) const;
    usize line_end(usize at) const;  // at the newline, or at the end of the text
    usize before(usize at) const;    // the beginning of the character before, or 0
    usize after(usize at) const;     // the next one's, or the end
    usize boundary(usize at) const;  // the beginning of the character that has the byte `at`
    usize lines_up(usize n) const;   // the start of the line that is n lines above the cursor's; n <= line()

  private:
    bool grow(usize n);
    void move_gap(usize to);
    usize copy(usize from, usize to, char* into) const;

    char* text_ = nullptr;
    usize room_ = 0, gap_ = 0, gap_end_ = 0;
    usize cursor_ = 0, line_ = 0, lines_ = 1;
};

}  // namespace edit
