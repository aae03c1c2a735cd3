// A terminal (POSIX.1-2017, chapter 11, "General Terminal Interface"): what is typed becomes input that can
// be read, by lines or by characters, and what programs write becomes what is sent to the screen.
//
// It has no lock and does not wait: the console (dev/console.cc) does that. So it runs in tests on the host.
#pragma once

#include "abi/signal.h"
#include "abi/termios.h"
#include "lib/format.h"
#include "lib/types.h"

namespace dev {

// Input is a ring of characters with three positions that only count up:
//   read_ <= complete_ <= edit_
// What can be read is in [read_, complete_). With ICANON this is complete lines, and the line being edited is
// in [complete_, edit_). Without, complete_ is edit_.
class Terminal {
  public:
    static constexpr usize kSize = 8192;

    // `screen` gets all that is echoed or printed.
    constexpr explicit Terminal(TextSink screen) : screen_(screen) {}

    // What a typed character asks of others.
    struct Wish {
        int signal = 0;  // to the foreground group; 0: none
        bool list_processes = false;
    };
    // Call it only if there is room for the character. A line that fills the ring is completed early, so it
    // arrives in pieces.
    Wish receive(char c);
    bool has_room_for(char c) const;
    bool is_half_empty() const { return edit_ - read_ <= kSize / 2; }

    // ---- reading ----
    bool has_input() const { return read_ != complete_; }
    // Takes up to n characters, with ICANON at most to the end of the line; `ended`: the line has ended, by a
    // newline or end of file. Call it only if there is input.
    usize take(char* to, usize n, bool& ended);
    // Without input: whether a read that has `copied` characters returns. If not, how long it waits, in
    // tenths of a second; 0: without limit.
    bool is_enough(usize copied) const;
    unsigned tenths_to_wait(usize copied) const;
    bool poll_readable() const;
    usize count_readable() const;
    void discard_input();

    // ---- output ----
    void print(const char* text, usize n);
    bool stopped() const { return stopped_; }
    void stop(bool on) { stopped_ = on; }
    bool stops_background() const { return local(TOSTOP); }

    // ---- settings ----
    const termios& settings() const { return settings_; }
    // Without ICANON all input is readable. When ICANON is set again, what was typed without it and has not
    // been read is received again, as if it were typed now: it is edited, echoed, and may ask for something.
    Wish set(const termios& t);
    winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};

  private:
    enum class Mark : u8 { None, EndsLine, EndOfFile, NoLine };  // NoLine: typed without ICANON

    bool input(unsigned flag) const { return settings_.c_iflag & flag; }
    bool output(unsigned flag) const { return settings_.c_oflag & flag; }
    bool local(unsigned flag) const { return settings_.c_lflag & flag; }
    bool is(unsigned index, char c) const { return c && settings_.c_cc[index] == static_cast<u8>(c); }

    int signal_of(char c) const;  // 0: none
    bool control_flow(char c);
    Wish edit(char c);
    void append(char c, Mark mark);
    Wish receive_again();
    char& at(usize position) { return ring_[position % kSize]; }
    Mark& mark(usize position) { return marks_[position % kSize]; }

    // edit.cc: changes of the line being edited, and their echo
    void echo(char c);
    void erase(usize from, u8 key);
    usize character_start() const;
    usize word_start() const;
    usize column_at(usize position) const;
    void reprint();
    bool is_continuation(usize position) const;

    TextSink screen_;
    termios settings_{
        .c_iflag = ICRNL | IXON | IUTF8,
        .c_oflag = OPOST | ONLCR,
        .c_cflag = B38400 | CS8 | CREAD,
        .c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
        .c_line = 0,
        .c_cc = {3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0},
    };
    char ring_[kSize] = {};
    Mark marks_[kSize] = {};
    usize read_ = 0, complete_ = 0, edit_ = 0;
    bool literal_ = false;  // VLNEXT was typed
    bool stopped_ = false;
    usize column_ = 0;       // of the cursor
    usize line_column_ = 0;  // where the line being edited starts
};

}  // namespace dev
