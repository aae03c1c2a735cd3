// The screen: rows of the text, and below them a bar that has a message, a question or where the cursor is.
// A line that is wider than the screen is not wrapped; all rows scroll sideways with the cursor.
//
// A row is sent only if it has changed. It needs a terminal that knows ECMA-48's cursor movements.
#pragma once

#include "abi/termios.h"
#include "buffer.h"
#include "lib/format.h"

namespace edit {

class Screen {
  public:
    explicit Screen(TextSink out) : out_(out) {}

    void resize(winsize size);
    void forget();  // what is on the screen is not known; everything is sent again
    // Shows the cursor's part of the text, and the bar with its own cursor in a column, if it has one.
    static constexpr usize kNoCursor = ~usize{0};
    void draw(Buffer& text, TextView bar, usize bar_cursor = kNoCursor);
    // The cursor has moved by so many of all lines. The rows move with it, but stay full if there are enough.
    void scroll(long lines, usize all);
    // Rows of text. A screen of one row has the bar instead, if it has a cursor.
    usize height() const { return rows_ > 1 ? rows_ - 1 : 1; }

  private:
    static constexpr usize kMostRows = 256;
    void follow_cursor(Buffer& text);
    void draw_rows(Buffer& text);
    // Sends a row that is drawn by draw(sink), if it is not what the screen has there.
    template <class Draw>
    void update(usize row, Draw draw);
    void draw_line(TextSink out, TextView line) const;
    void draw_bar(TextSink out, TextView bar) const;
    void go(usize row, usize column);

    TextSink out_;
    usize columns_ = 80, rows_ = 24;
    usize top_ = 0;           // the number of the first line shown
    usize left_ = 0;          // the first column shown
    usize column_ = 0;        // the cursor's, in its line
    u64 shown_[kMostRows]{};  // a hash of each row that is on the screen
};

}  // namespace edit
