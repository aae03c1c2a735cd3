// The line being edited: its echo, and what erases parts of it. The screen is changed by going back, printing
// spaces, and going back again; so an edit works on the screen's last line of the text only.
#include "dev/tty/terminal.h"

namespace dev {
namespace {
bool is_control(char c) { return static_cast<u8>(c) < ' ' || c == 0x7f; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
}  // namespace

void Terminal::echo(char c) {
    const bool newline = c == '\n' && local(ECHONL) && local(ICANON);
    if (!local(ECHO) && !newline) return;
    const char shown[] = {'^', static_cast<char>(c ^ 0x40)};
    if (is_control(c) && local(ECHOCTL) && c != '\t' && c != '\n')
        print(shown, sizeof shown);
    else
        print(&c, 1);
}

bool Terminal::is_continuation(usize position) const {
    return input(IUTF8) && (ring_[position % kSize] & 0xc0) == 0x80;
}

// Where the last character starts.
usize Terminal::character_start() const {
    usize start = edit_;
    if (start != complete_) start--;
    while (start != complete_ && is_continuation(start)) start--;
    return start;
}

usize Terminal::word_start() const {
    usize start = edit_;
    while (start != complete_ && is_blank(ring_[(start - 1) % kSize])) start--;
    while (start != complete_ && !is_blank(ring_[(start - 1) % kSize])) start--;
    return start;
}

// The column on the screen in which the character at `position` begins.
usize Terminal::column_at(usize position) const {
    usize column = line_column_;
    for (usize i = complete_; i != position; i++) {
        const char c = ring_[i % kSize];
        if (c == '\t')
            column = (column | 7) + 1;
        else if (is_control(c))
            column += local(ECHOCTL) ? 2 : 0;
        else
            column += !is_continuation(i);
    }
    return column;
}

// Erases from a position to the end of the line; `key` asked for it.
void Terminal::erase(usize from, u8 key) {
    if (from == edit_) return;
    const bool whole_line = key == settings_.c_cc[VKILL];
    const bool on_screen = local(ECHOE) && (!whole_line || local(ECHOKE));
    const usize columns = column_at(edit_) - column_at(from);
    edit_ = from;
    if (!local(ECHO)) return;
    if (!on_screen) {
        echo(static_cast<char>(key));
        if (whole_line && local(ECHOK)) print("\n", 1);
        return;
    }
    for (usize i = 0; i < columns; i++) print("\b \b", 3);
}

// Prints the line again, on a new line of the screen.
void Terminal::reprint() {
    echo(static_cast<char>(settings_.c_cc[VREPRINT]));
    echo('\n');
    line_column_ = column_;
    for (usize i = complete_; i != edit_; i++) echo(at(i));
}

}  // namespace dev
