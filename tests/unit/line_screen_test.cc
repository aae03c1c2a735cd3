// Whatever keys are typed, the screen shows the line, and the cursor is in its place.
#include <algorithm>
#include <memory>

#include "line/editor.h"
#include "line_kit.h"

using line::Candidates;
using line::Editor;
using line::Word;
using line_kit::FakeScreen;

namespace {

using Cells = std::vector<std::string>;

// The picture of a text, made in another way than the editor does it.
Cells picture(const std::string& text) {
    Cells cells;
    for (const char c : text) {
        if (c == '\t') do
                cells.push_back(" ");
            while (cells.size() % 8);
        else if (static_cast<u8>(c) < ' ')
            cells.insert(cells.end(), {"^", std::string(1, static_cast<char>(c + '@'))});
        else if ((c & 0xc0) == 0x80)
            cells.back() += c;
        else
            cells.emplace_back(1, c);
    }
    return cells;
}

struct Window {
    unsigned columns, rows;
    bool narrow = false;  // all characters have one column
};

class LineScreen : public testing::TestWithParam<Window> {
  protected:
    void begin() { editor->begin("$ ", screen.size(), offer); }
    void press(const std::string& keys) {
        for (const char c : keys) {
            const Editor::Event event = editor->take(static_cast<u8>(c));
            if (event == Editor::Event::None) continue;
            history.add(editor->text());
            begin();
        }
        if (random(4)) editor->show();
    }

    std::string any_keys() {
        static const std::string kKeys[] = {"a",     "\303\244",
                                            "word ", "\33[D",
                                            "\33[C", "\33[D",
                                            "\33[A", "\33[B",
                                            "\1",    "\5",
                                            "\33b",  "\33f",
                                            "\b",    "\b",
                                            "\4x\b", "\33d",
                                            "\24",   "\31",
                                            "\13",   "\25x",
                                            "\27",   "\14",
                                            "q\t\t", "\22o\22\5",
                                            "\r",    "some words more, ",
                                            "\26\t", "\26\1"};
        const usize n = std::size(kKeys) - (GetParam().narrow ? 2 : 0);
        return kKeys[random(n)];
    }
    usize random(usize n) { return (seed_ = seed_ * 1103515245 + 12345) / 65536 % n; }

    void check() {
        const std::string text(editor->text().start, editor->text().size);
        const usize columns = GetParam().columns;
        const std::string prompt = 2 % columns ? "$ " : "";  // behind a full row, the text begins on the next
        const Cells cells = picture(prompt + text);
        const usize at = picture(prompt + text.substr(0, editor->cursor())).size();
        const bool waits = at == cells.size() && at > 0 && at % columns == 0;
        const usize row = at / columns - waits, rows = (cells.size() + columns - 1) / columns;
        ASSERT_EQ(screen.waits(), waits);
        ASSERT_EQ(screen.column(), waits ? columns - 1 : at % columns);
        const auto top = static_cast<long>(screen.row()) - static_cast<long>(row);  // the prompt's row
        if (rows <= GetParam().rows) {
            ASSERT_GE(top, 0);
            ASSERT_LE(top + static_cast<long>(rows), static_cast<long>(GetParam().rows));
        }
        for (unsigned i = 0; i < GetParam().rows; i++) {
            if (static_cast<long>(i) < top) continue;  // printed before
            const auto first = static_cast<usize>(static_cast<long>(i) - top) * columns;
            std::string wanted;
            for (usize c = first; c < first + columns && c < cells.size(); c++) wanted += cells[c];
            ASSERT_EQ(screen.row_text(i), wanted.substr(0, wanted.find_last_not_of(' ') + 1)) << "row " << i;
        }
    }

    static void offer(const Word&, Candidates& to) {
        for (const char* name : {"quite", "quick", "quarter"}) to.add(name);
    }

    FakeScreen screen{GetParam().columns, GetParam().rows};
    line::History history;
    std::unique_ptr<Editor> editor = std::make_unique<Editor>(screen.sink(), history);

  private:
    unsigned long seed_ = 1;
};

TEST_P(LineScreen, ShowsTheLineAfterAnyKeys) {
    begin();
    for (int i = 0; i < 4000; i++) {
        const std::string keys = any_keys();
        press(keys);
        editor->show();
        check();
        ASSERT_FALSE(HasFatalFailure()) << "after key " << i << ": " << testing::PrintToString(keys) << " in "
                                        << std::string(editor->text().start, editor->text().size);
    }
}

TEST_P(LineScreen, ShowsALineThatFillsItInAllParts) {
    begin();
    for (usize i = 0; i < GetParam().columns * GetParam().rows * 2; i++)
        press(std::string(1, static_cast<char>('a' + i % 23)));
    for (const char* keys :
         {"\33[D", "\33[D", "\1", "x", "\33[C", "\4", "\5", "y", "\33[D", "\33[3~", "\b", "\25", "z"}) {
        press(keys);
        editor->show();
        check();
        ASSERT_FALSE(HasFatalFailure()) << "after key " << testing::PrintToString(keys);
    }
}

INSTANTIATE_TEST_SUITE_P(Windows, LineScreen,
                         testing::Values(Window{80, 24}, Window{20, 100}, Window{20, 10, true},
                                         Window{10, 6, true}, Window{7, 3, true}, Window{2, 40, true},
                                         Window{1, 5, true}, Window{200, 1, true}));

}  // namespace
