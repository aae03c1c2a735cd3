#include "line/screen.h"

#include "string.h"
#include "terminal/text.h"

namespace line {
namespace {

// The columns of a prompt, without its escape sequences ESC [ ... letter.
usize width_of(const char* prompt) {
    usize width = 0;
    for (usize left = strlen(prompt); left > 0;) {
        usize size = terminal::character_size(prompt, left);
        if (prompt[0] == '\33' && prompt[1] == '[') {
            size = 2;
            while (size < left && prompt[size] < '@') size++;
            if (size < left) size++;
        } else if (!terminal::is_control(*prompt)) {
            width++;
        }
        prompt += size;
        left -= size;
    }
    return width;
}

}  // namespace

void Screen::print(const char* text) { out_.write(out_.context, text, strlen(text)); }

void Screen::begin(const char* prompt, winsize size) {
    size_ = size;
    columns_ = size.ws_col;
    rows_ = size.ws_row;
    prompt_ = prompt;
    print_prompt();
}

// Behind a prompt that ends at the margin, the text begins on the next row.
void Screen::print_prompt() {
    print(prompt_);
    const char* last_row = strrchr(prompt_, '\n');
    start_ = width_of(last_row ? last_row + 1 : prompt_);
    if (start_ > 0 && start_ % columns_ == 0) {
        print("\n");
        start_ = 0;
    }
    cursor_ = end_ = start_;
    is_part_ = false;
    top_ = 0;
}

void Screen::set_prompt(const char* prompt) {
    prompt_ = prompt;
    if (is_part_) return erase_all();
    go(0);
    print("\33[J");
    print_prompt();
}

void Screen::erase_all() {
    print("\33[H\33[2J");
    print_prompt();
}

void Screen::end(Text text, const char* mark) {
    show(text, text.size, text.size);
    print(mark);
    print("\n");
    cursor_ = end_ = start_ = 0;
}

void Screen::repeat(char final, usize n) {
    if (n > 1) format(out_, "\33[%zu%c", n, final);
    if (n == 1) format(out_, "\33[%c", final);
}

// Within a row it moves relatively, so it also works behind an output that has not ended with a newline.
void Screen::go(usize cell) {
    if (cell == cursor_) return;
    const usize row = cursor_ / columns_ - waits(), to_row = cell / columns_, to_column = cell % columns_;
    usize column = cursor_ % columns_;
    if (row > to_row) repeat('A', row - to_row);
    if (row < to_row) repeat('B', to_row - row);
    if (row != to_row || waits()) {
        print("\r");
        column = 0;
    }
    if (column < to_column) repeat('C', to_column - column);
    if (column == to_column + 1) print("\b");
    if (column > to_column + 1) repeat('D', column - to_column);
    cursor_ = cell;
}

// Prints the text from a position, which is in the cell, up to the last cell at most.
void Screen::print_text(Text text, usize from, usize cell, usize last) {
    while (from < text.size) {
        const char* c = text.start + from;
        const usize size = terminal::character_size(c, text.size - from),
                    columns = terminal::columns_of(*c, cell);
        if (cell + columns > last) break;
        terminal::print_character(out_, c, size, cell);
        cell += columns;
        from += size;
    }
    cursor_ = end_ = cell;
}

// The cell in which the character at a position begins.
usize Screen::cell_of(Text text, usize position) const {
    return terminal::column_behind(text.start, position, start_);
}

// Whether all that is new is behind what is shown, and the cursor stays at the end.
bool Screen::appends(Text text, usize unchanged, usize cursor) const {
    return cursor == text.size && cursor_ == end_ && cell_of(text, unchanged) == end_;
}

void Screen::show(Text text, usize unchanged, usize cursor) {
    const usize end = cell_of(text, text.size), at = cell_of(text, cursor);
    const usize rows = (end + columns_ - 1) / columns_;
    if (is_part_ || rows > rows_) {
        if (!appends(text, unchanged, cursor)) return show_part(text, cursor);
        is_part_ = true;
        if (rows > top_ + rows_) top_ = rows - rows_;
    }
    // To wait at the margin, the terminal must just have printed a character there.
    const bool to_margin = end % columns_ == 0 && (end < end_ || (cursor == text.size && at != cursor_));
    if (to_margin && unchanged == text.size && unchanged > 0)
        unchanged = terminal::character_before(text.start, text.size);
    if (unchanged < text.size || end < end_) {
        const usize cell = cell_of(text, unchanged);
        go(cell);
        if (end < end_) print("\33[J");
        print_text(text, unchanged, cell, end);
    }
    go(at);
}

// Uses the whole screen, from its first row.
void Screen::show_part(Text text, usize cursor) {
    const usize end = cell_of(text, text.size), at = cell_of(text, cursor);
    const usize rows = (end + columns_ - 1) / columns_;
    const usize row = at == end && at > 0 ? (at - 1) / columns_ : at / columns_;
    if (rows <= rows_ || row < top_) top_ = rows <= rows_ ? 0 : row;
    if (row >= top_ + rows_) top_ = row - rows_ + 1;
    print("\33[H\33[J");
    usize from = 0, cell = start_;
    if (top_ == 0) print_prompt();
    while (cell < top_ * columns_) {
        cell += terminal::columns_of(text.start[from], cell);
        from += terminal::character_size(text.start + from, text.size - from);
    }
    if (top_ > 0) print_blanks(cell - top_ * columns_);
    print_text(text, from, cell, (top_ + rows_) * columns_);
    is_part_ = rows > rows_;
    go(at);
}

}  // namespace line
