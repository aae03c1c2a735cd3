#include "screen.h"

#include <string.h>

#include "terminal/text.h"

namespace edit {
namespace {

constexpr u64 kUnknown = 0;

// FNV-1a, of all that is written to the sink.
struct Hash {
    u64 value = 0xcbf29ce484222325;
    TextSink sink() { return {add, this}; }
    static void add(void* self, const char* text, usize n) {
        u64& value = static_cast<Hash*>(self)->value;
        for (usize i = 0; i < n; i++) value = (value ^ static_cast<u8>(text[i])) * 0x100000001b3;
    }
};

void print(TextSink out, const char* text) { out.write(out.context, text, strlen(text)); }
void blanks(TextSink out, usize n) { pad(out, ' ', static_cast<int>(n)); }

}  // namespace

void Screen::resize(winsize size) {
    columns_ = size.ws_col;
    rows_ = size.ws_row < kMostRows ? size.ws_row : kMostRows;
    forget();
}

void Screen::forget() {
    print(out_, "\33[H\33[2J");
    for (u64& row : shown_) row = kUnknown;
}

void Screen::scroll(long lines, usize all) {
    const long last = static_cast<long>(all) - static_cast<long>(height());
    const long top = static_cast<long>(top_) + lines < last ? static_cast<long>(top_) + lines : last;
    top_ = top > 0 ? static_cast<usize>(top) : 0;
}

void Screen::go(usize row, usize column) { format(out_, "\33[%zu;%zuH", row + 1, column + 1); }

void Screen::draw(Buffer& text, TextView bar, usize bar_cursor) {
    const bool in_bar = bar_cursor != kNoCursor;
    follow_cursor(text);
    print(out_, "\33[?25l");  // the cursor is not visible until it is in its place
    if (rows_ > 1 || !in_bar) draw_rows(text);
    if (rows_ > 1 || in_bar) update(rows_ - 1, [&](TextSink out) { draw_bar(out, bar); });
    if (in_bar)
        go(rows_ - 1, bar_cursor < columns_ ? bar_cursor : columns_ - 1);
    else
        go(text.line() - top_, column_ - left_);
    print(out_, "\33[?25h");
}

// Scrolls as little as possible to a line nearby, and brings one that is far away to the middle.
void Screen::follow_cursor(Buffer& text) {
    const usize line = text.line(), h = height();
    if (line + h < top_ || line >= top_ + 2 * h)
        top_ = line < h / 2 ? 0 : line - h / 2;
    else if (line < top_)
        top_ = line;
    else if (line >= top_ + h)
        top_ = line - h + 1;
    const TextView before = text.text(text.line_start(text.cursor()), text.cursor());
    column_ = terminal::column_behind(before.data(), before.size(), 0);
    if (column_ < left_ || column_ >= left_ + columns_)
        left_ = column_ < columns_ ? 0 : column_ - columns_ / 2;
}

void Screen::draw_rows(Buffer& text) {
    usize start = text.lines_up(text.line() - top_);
    for (usize row = 0; row < height(); row++) {
        if (start > text.size()) {
            update(row, [](TextSink out) { print(out, "~"); });
            continue;
        }
        const usize end = text.line_end(start);
        const TextView line = text.text(start, end);
        update(row, [&](TextSink out) { draw_line(out, line); });
        start = end + 1;
    }
}

template <class Draw>
void Screen::update(usize row, Draw draw) {
    Hash hash;
    draw(hash.sink());
    if (hash.value == shown_[row]) return;
    shown_[row] = hash.value;
    go(row, 0);
    print(out_, "\33[K");
    draw(out_);
}

// A character that is only partly in the row, such as a tab, is shown as blanks.
void Screen::draw_line(TextSink out, TextView line) const {
    const usize right = left_ + columns_;
    for (usize column = 0, at = 0; at < line.size() && column < right;) {
        const char* c = line.data() + at;
        const usize size = terminal::character_size(c, line.size() - at),
                    end = column + terminal::columns_of(*c, column);
        if (column >= left_ && end <= right)
            terminal::print_character(out, c, size, column);
        else if (end > left_)
            blanks(out, (end < right ? end : right) - (column > left_ ? column : left_));
        column = end;
        at += size;
    }
}

void Screen::draw_bar(TextSink out, TextView bar) const {
    usize column = 0;
    print(out, "\33[7m");
    for (usize at = 0; at < bar.size();) {
        const char* c = bar.data() + at;
        const usize size = terminal::character_size(c, bar.size() - at),
                    width = terminal::columns_of(*c, column);
        if (column + width > columns_) break;
        terminal::print_character(out, c, size, column);
        column += width;
        at += size;
    }
    blanks(out, columns_ - column);
    print(out, "\33[m");
}

}  // namespace edit
