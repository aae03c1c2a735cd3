// A terminal for the tests of what is drawn: a screen of cells with a cursor, as xterm has it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "abi/termios.h"
#include "lib/format.h"

namespace line_kit {

// Understands what our programs send. Anything else fails the test.
class FakeScreen {
  public:
    FakeScreen(unsigned columns, unsigned rows) : columns_(columns), rows_(rows) { clear(); }

    TextSink sink() {
        return {[](void* self, const char* text, usize n) { static_cast<FakeScreen*>(self)->take(text, n); },
                this};
    }
    winsize size() const {
        return {.ws_row = static_cast<unsigned short>(rows_),
                .ws_col = static_cast<unsigned short>(columns_)};
    }
    std::string shown() { return std::exchange(sent_, ""); }  // what was sent since the last call
    int rings() { return std::exchange(rings_, 0); }
    unsigned row() const { return row_; }
    unsigned column() const { return column_; }
    bool waits() const { return waits_; }  // in the last column, for the next character

    // A row without the blanks at its end.
    std::string row_text(unsigned row) const {
        std::string text;
        for (const std::string& cell : cells_[row]) text += cell;
        return text.substr(0, text.find_last_not_of(' ') + 1);
    }
    // All rows, joined, with blanks where rows are not full; without the blanks at the end.
    std::string text() const {
        std::string text;
        for (const auto& row : cells_) {
            for (const std::string& cell : row) text += cell;
        }
        return text.substr(0, text.find_last_not_of(' ') + 1);
    }

  private:
    using Row = std::vector<std::string>;

    void clear() { cells_.assign(rows_, Row(columns_, " ")); }

    void take(const char* text, usize n) {
        sent_.append(text, n);
        for (usize i = 0; i < n; i++) take(text[i]);
    }

    void take(char c) {
        if (!sequence_.empty()) return in_sequence(c);
        switch (c) {
            case '\33': sequence_ = "\33"; break;
            case '\a': rings_++; break;
            case '\r': column_ = 0, waits_ = false; break;
            case '\n': column_ = 0, down(); break;  // ONLCR
            case '\b': column_ -= column_ > 0, waits_ = false; break;
            default:
                ASSERT_FALSE(static_cast<unsigned char>(c) < ' ' || c == 0x7f) << int{c};
                if ((c & 0xc0) == 0x80) {
                    last_->push_back(c);
                    break;
                }
                if (waits_) column_ = 0, down();
                last_ = &cells_[row_][column_];
                *last_ = c;
                waits_ = ++column_ == columns_;
                column_ -= waits_;
        }
    }

    void down() {
        waits_ = false;
        if (++row_ < rows_) return;
        row_--;
        cells_.erase(cells_.begin());
        cells_.push_back(Row(columns_, " "));
    }

    void in_sequence(char c) {
        sequence_ += c;
        if (sequence_.size() == 2 || (c >= '0' && c <= '9') || c == ';' || c == '?') return;
        const std::string sequence = std::exchange(sequence_, "");
        ASSERT_EQ(sequence[1], '[');
        if (sequence[2] == '?') return;  // a mode of the terminal, such as whether the cursor is visible
        const unsigned n = c != 'J' && c != 'K' && sequence.size() > 3 ? std::stoul(sequence.substr(2)) : 1;
        waits_ = false;
        switch (c) {
            case 'A': row_ -= std::min(n, row_); break;
            case 'B': row_ = std::min(row_ + n, rows_ - 1); break;
            case 'C': column_ = std::min(column_ + n, columns_ - 1); break;
            case 'D': column_ -= std::min(n, column_); break;
            case 'H': move(sequence); break;
            case 'J': sequence == "\33[2J" ? clear() : erase(rows_); break;
            case 'K': erase(row_ + 1); break;
            case 'm': break;
            default: FAIL() << sequence;
        }
    }

    void move(const std::string& sequence) {
        const auto semicolon = sequence.find(';');
        row_ = sequence.size() > 3 ? std::min<unsigned>(std::stoul(sequence.substr(2)), rows_) - 1 : 0;
        column_ = semicolon == std::string::npos
                      ? 0
                      : std::min<unsigned>(std::stoul(sequence.substr(semicolon + 1)), columns_) - 1;
    }

    void erase(unsigned to_row) {
        for (unsigned row = row_; row < to_row; row++) {
            for (unsigned i = row == row_ ? column_ : 0; i < columns_; i++) cells_[row][i] = " ";
        }
    }

    unsigned columns_, rows_, row_ = 0, column_ = 0;
    bool waits_ = false;
    int rings_ = 0;
    std::vector<Row> cells_;
    std::string sent_, sequence_;
    std::string* last_ = nullptr;
};

}  // namespace line_kit
