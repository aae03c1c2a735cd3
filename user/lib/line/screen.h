// What a line editor has on the screen: a prompt and, behind it, the text, which continues on the screen's
// next rows. It knows what is there, prints only what has changed, and asks the terminal nothing.
//
// It is for terminals that understand the cursor movements of ECMA-48 (VT100 and all later ones), and wait in
// the last column of a row until the next character comes. A newline must be sent as CR LF (ONLCR).
#pragma once

#include "abi/termios.h"
#include "lib/format.h"
#include "line/buffer.h"

namespace line {

class Screen {
  public:
    explicit Screen(TextSink out) : out_(out) {}

    // Prints the prompt where the cursor is: at the beginning of a row. Escape sequences in it are passed on.
    // It must exist until it is replaced or the text ends.
    void begin(const char* prompt, winsize size);
    // Replaces the prompt, and erases the text.
    void set_prompt(const char* prompt);
    // Shows the text, which is as before up to `unchanged`, with the cursor at a position of it. A text that
    // is only longer than before makes no other output than what is new.
    void show(Text text, usize unchanged, usize cursor);
    // The cursor goes behind the text, which has been shown; `mark` is printed there, and a newline.
    void end(Text text, const char* mark = "");
    void erase_all();  // the whole screen; then prints the prompt
    void ring() { print("\a"); }
    void print(const char* text);
    void print_blanks(usize n) { pad(out_, ' ', static_cast<int>(n)); }

    winsize size() const { return size_; }

  private:
    void go(usize cell);
    void repeat(char final, usize n);
    void print_prompt();
    usize cell_of(Text text, usize position) const;
    bool appends(Text text, usize unchanged, usize cursor) const;
    void print_text(Text text, usize from, usize cell, usize last);
    void show_part(Text text, usize cursor);
    // The terminal waits in the last column: the cursor is behind a text that ends there.
    bool waits() const { return cursor_ == end_ && cursor_ > 0 && cursor_ % columns_ == 0; }

    TextSink out_;
    winsize size_{};
    usize columns_ = 80, rows_ = 24;
    const char* prompt_ = "";
    // Cells are counted from the beginning of the prompt, through all rows.
    usize start_ = 0;  // of the text
    usize end_ = 0;    // of what is shown
    usize cursor_ = 0;
    // If the text has more rows than the screen, only a part is shown.
    bool is_part_ = false;
    usize top_ = 0;  // the part's first row
};

}  // namespace line
