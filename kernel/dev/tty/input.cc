// What is typed: signals, flow control, lines; and the reads.
#include <utility>

#include "dev/tty/terminal.h"

namespace dev {
namespace {
constexpr char kBackspace = '\b';
constexpr char kListProcesses = 'P' - '@';
}  // namespace

bool Terminal::has_room_for(char c) const {
    const bool makes_room = local(ISIG) && !local(NOFLSH) && signal_of(c) != 0;
    return edit_ - read_ < kSize || makes_room;
}

int Terminal::signal_of(char c) const {
    if (is(VINTR, c)) return SIGINT;
    if (is(VQUIT, c)) return SIGQUIT;
    return is(VSUSP, c) ? SIGTSTP : 0;
}

Terminal::Wish Terminal::receive(char c) {
    if (input(ISTRIP)) c &= 0x7f;
    if (std::exchange(literal_, false)) {
        append(c, Mark::None);
        return {};
    }
    if (input(IXON) && control_flow(c)) return {};
    if (const int s = signal_of(c); s && local(ISIG)) {
        echo(c);
        if (local(ECHO)) print("\n", 1);
        if (!local(NOFLSH)) discard_input();
        stopped_ = false;
        return {.signal = s};
    }
    if (c == '\r' && input(IGNCR)) return {};
    if (c == '\r' && input(ICRNL))
        c = '\n';
    else if (c == '\n' && input(INLCR))
        c = '\r';
    if (local(ICANON)) return edit(c);
    append(c, Mark::NoLine);
    return {};
}

// True: the character was for this only.
bool Terminal::control_flow(char c) {
    if (is(VSTOP, c))
        stopped_ = true;
    else if (is(VSTART, c) || input(IXANY))
        stopped_ = false;
    return is(VSTOP, c) || is(VSTART, c);
}

Terminal::Wish Terminal::edit(char c) {
    const bool extended = local(IEXTEN);
    if (is(VERASE, c) || (extended && c == kBackspace))
        erase(character_start(), settings_.c_cc[VERASE]);
    else if (is(VKILL, c))
        erase(complete_, settings_.c_cc[VKILL]);
    else if (extended && is(VWERASE, c))
        erase(word_start(), settings_.c_cc[VWERASE]);
    else if (extended && is(VREPRINT, c))
        reprint();
    else if (extended && is(VLNEXT, c))
        literal_ = true;
    else if (extended && c == kListProcesses)
        return {.list_processes = true};
    else if (is(VEOF, c))
        append(c, Mark::EndOfFile);
    else if (c == '\n' || is(VEOL, c) || (extended && is(VEOL2, c)))
        append(c, Mark::EndsLine);
    else
        append(c, Mark::None);
    return {};
}

void Terminal::append(char c, Mark m) {
    if (edit_ == complete_) line_column_ = column_;
    at(edit_) = c;
    mark(edit_++) = m;
    if (m != Mark::EndOfFile) echo(c);
    if (m != Mark::None || !local(ICANON) || edit_ - read_ == kSize) complete_ = edit_;
}

usize Terminal::take(char* to, usize n, bool& ended) {
    const bool lines = local(ICANON);
    usize got = 0;
    while (got < n && has_input() && !ended) {
        const Mark m = mark(read_);
        if (!lines || m != Mark::EndOfFile) to[got++] = at(read_);
        ended = lines && m != Mark::None;
        read_++;
    }
    // Alone, end of file makes a read return 0; behind other characters it belongs to their read.
    if (lines && !ended && has_input() && mark(read_) == Mark::EndOfFile) {
        ended = true;
        read_++;
    }
    return got;
}

bool Terminal::is_enough(usize copied) const {
    if (local(ICANON)) return copied > 0;
    const unsigned minimum = settings_.c_cc[VMIN];
    return minimum ? copied >= minimum : copied > 0 || settings_.c_cc[VTIME] == 0;
}

unsigned Terminal::tenths_to_wait(usize copied) const {
    const bool runs = !local(ICANON) && (copied > 0 || settings_.c_cc[VMIN] == 0);
    return runs ? settings_.c_cc[VTIME] : 0;
}

bool Terminal::poll_readable() const {
    const bool counts = !local(ICANON) && settings_.c_cc[VTIME] == 0;
    const usize minimum = counts ? settings_.c_cc[VMIN] : 0;
    return has_input() && complete_ - read_ >= minimum;
}

usize Terminal::count_readable() const {
    usize n = complete_ - read_;
    for (usize i = read_; local(ICANON) && i != complete_; i++) n -= marks_[i % kSize] == Mark::EndOfFile;
    return n;
}

void Terminal::discard_input() { read_ = complete_ = edit_; }

Terminal::Wish Terminal::set(const termios& t) {
    const bool had_lines = local(ICANON);
    settings_ = t;
    literal_ = false;
    if (had_lines && !local(ICANON)) complete_ = edit_;
    return !had_lines && local(ICANON) ? receive_again() : Wish{};
}

// As BSD does (PENDIN). So a line editor does not take from the next program the keys that are typed before
// it has set ICANON again, whether they are text, Ctrl-D or Ctrl-C.
Terminal::Wish Terminal::receive_again() {
    const usize end = edit_;
    complete_ = edit_ = read_;
    for (; edit_ != end && mark(edit_) != Mark::NoLine; edit_++) {
        if (mark(edit_) != Mark::None) complete_ = edit_ + 1;
    }
    Wish all;
    for (usize i = edit_; i != end; i++) {
        const Wish wish = receive(at(i));  // stores at most this one character, here or before
        if (wish.signal) all.signal = wish.signal;
        all.list_processes |= wish.list_processes;
    }
    if (edit_ - read_ == kSize) complete_ = edit_;
    return all;
}

}  // namespace dev
