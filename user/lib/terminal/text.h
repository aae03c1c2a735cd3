// How text is shown: where its characters begin, and how many columns each takes.
//
// A character of UTF-8 takes one column. A byte that is not part of one is a character of its own. A control
// character is shown as ^X, a tab as spaces, and what the terminal might not understand as '?'.
#pragma once

#include "lib/format.h"
#include "lib/types.h"

namespace terminal {

inline constexpr usize kTab = 8;

inline bool is_control(char c) { return static_cast<u8>(c) < ' ' || c == 0x7f; }

// The size of the first character of a text of `n` > 0 bytes.
inline usize character_size(const char* text, usize n) {
    const auto lead = static_cast<u8>(*text);
    const usize size = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
    if (size > n) return 1;
    for (usize i = 1; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80) return 1;
    }
    return size;
}

// Where the character begins that ends at text + end; end > 0.
inline usize character_before(const char* text, usize end) {
    for (usize size = 2; size <= 4 && size <= end; size++) {
        if (character_size(text + end - size, size) == size) return end - size;
    }
    return end - 1;
}

// The columns that a character takes which begins in a column.
inline usize columns_of(char first, usize column) {
    if (first == '\t') return kTab - column % kTab;
    return is_control(first) ? 2 : 1;
}

// The column in which the text ends if it begins in `column`.
inline usize column_behind(const char* text, usize n, usize column) {
    for (usize i = 0; i < n; i += character_size(text + i, n - i)) column += columns_of(text[i], column);
    return column;
}

// Not UTF-8, or a control character of ISO 6429's second set, which terminals would obey.
inline bool is_dangerous(const char* text, usize size) {
    return size == 1 ? *text & 0x80 : *text == '\xc2' && static_cast<u8>(text[1]) < 0xa0;
}

// Prints one character as it is shown.
inline void print_character(TextSink out, const char* text, usize size, usize column) {
    const char shown[] = {'^', static_cast<char>(*text ^ 0x40)};
    if (*text == '\t')
        pad(out, ' ', static_cast<int>(columns_of('\t', column)));
    else if (is_control(*text))
        out.write(out.context, shown, sizeof shown);
    else if (is_dangerous(text, size))
        out.write(out.context, "?", 1);
    else
        out.write(out.context, text, size);
}

}  // namespace terminal
