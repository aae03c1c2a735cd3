// Tab completes the word before the cursor; a second Tab lists what it may become.
#include <utility>

#include "line/editor.h"
#include "string.h"
#include "terminal/text.h"

namespace line {
namespace {

// Behind a backslash these are ordinary.
bool is_special(char c, char quote) {
    if (quote == '\'') return false;
    return strchr(quote == '"' ? "\"\\$`" : " \t\"'\\$`&;|()<>*?[]{}#~!=", c) != nullptr;
}

}  // namespace

void Editor::complete() {
    Word word;
    if (!find_word({buffer_.text().start, buffer_.cursor()}, word)) return ring();
    Candidates candidates(word.name);
    complete_(word, candidates);
    const bool again = std::exchange(tab_again_, candidates.size() > 1);
    if (candidates.size() == 0) return ring();

    const char* first = candidates.at(0);
    const usize common = candidates.common(), known = strlen(word.name);
    const char quote_and_blank[] = {word.quote ? word.quote : ' ', word.quote ? ' ' : '\0', '\0'};
    const bool only = candidates.size() == 1, is_complete = only && first[common - 1] != '/';
    if (!insert_name(word, first + known, common - known, is_complete ? quote_and_blank : "")) return ring();
    if (only || common > known) {
        tab_again_ = false;
    } else if (again) {
        list(candidates);
    } else {
        ring();
    }
}

// Inserts `size` bytes of a name, quoted as the word is, and what ends the word: all or nothing.
bool Editor::insert_name(const Word& word, const char* name, usize size, const char* end) {
    char text[4 * Word::kMost];
    usize n = 0;
    if (2 * size + 3 > sizeof text) return false;
    for (usize i = 0; i < size; i++) {
        if (is_special(name[i], word.quote)) text[n++] = '\\';
        text[n++] = name[i];
    }
    for (; *end; end++) text[n++] = *end;
    return buffer_.insert({text, n});
}

// In columns, from top to bottom as ls does.
void Editor::list(const Candidates& candidates) {
    const int n = candidates.size();
    usize widest = 0;
    for (int i = 0; i < n; i++) {
        const usize width = terminal::column_behind(candidates.at(i), strlen(candidates.at(i)), 0);
        if (width > widest) widest = width;
    }
    const auto columns = static_cast<int>(screen_.size().ws_col / (widest + 2));
    const int rows = columns > 1 ? (n + columns - 1) / columns : n;

    const usize cursor = buffer_.cursor();
    show();
    screen_.end(buffer_.text());
    for (int row = 0; row < rows; row++) {
        for (int i = row; i < n; i += rows) {
            const char* name = candidates.at(i);
            const bool last = i + rows >= n;
            screen_.print(name);
            if (!last) screen_.print_blanks(widest + 2 - terminal::column_behind(name, strlen(name), 0));
        }
        screen_.print("\n");
    }
    screen_.begin(prompt_, screen_.size());
    buffer_.move(cursor);
    buffer_.set_all_changed();
}

}  // namespace line
