// Whatever keys are typed in the text editor, the screen shows the text around the cursor, and undo leads
// back.
#include <memory>

#include "line_kit.h"
#include "user/bin/edit/editor.h"

using edit::Editor;
using line_kit::FakeScreen;

namespace {

struct Window {
    unsigned columns, rows;
};

// A line as it is on a screen that shows `columns` columns from `left` on, made in another way than the
// editor does it. What is only partly inside is blank.
std::string picture(const std::string& line, usize left, usize columns) {
    std::vector<std::string> cells;
    const auto add = [&](const std::vector<std::string>& character) {
        const usize end = cells.size() + character.size();
        const bool inside = cells.size() >= left && end <= left + columns;
        for (const std::string& cell : character) cells.push_back(inside ? cell : " ");
    };
    for (usize i = 0; i < line.size(); i++) {
        if (line[i] == '\t')
            add(std::vector<std::string>(8 - cells.size() % 8, " "));
        else if (static_cast<u8>(line[i]) < ' ')
            add({"^", std::string(1, static_cast<char>(line[i] + '@'))});
        else if (line[i] == '\303')
            add({line.substr(i++, 2)});
        else
            add({line.substr(i, 1)});
    }
    std::string shown;
    for (usize i = left; i < left + columns && i < cells.size(); i++) shown += cells[i];
    return shown.substr(0, shown.find_last_not_of(' ') + 1);
}

usize width(const std::string& line) {
    usize columns = 0;
    for (const char c : line)
        columns += c == '\t' ? 8 - columns % 8 : static_cast<u8>(c) < ' ' ? 2 : (c & 0xc0) != 0x80;
    return columns;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines(1);
    for (const char c : text) {
        if (c == '\n')
            lines.emplace_back();
        else
            lines.back() += c;
    }
    return lines;
}

class EditScreen : public testing::TestWithParam<Window> {
  protected:
    void begin(const std::string& text, unsigned columns, unsigned rows) {
        screen = std::make_unique<FakeScreen>(columns, rows);
        editor = std::make_unique<Editor>(TextSink{pass, this}, "notes");
        ASSERT_TRUE(editor->load(text));
        editor->begin();
        editor->resize(screen->size());
    }
    void resize(unsigned columns, unsigned rows) {
        screen = std::make_unique<FakeScreen>(columns, rows);
        editor->resize(screen->size());
    }
    void press(const std::string& keys) {
        for (const char c : keys) ASSERT_EQ(editor->take(static_cast<u8>(c)), Editor::Event::None);
    }
    std::string text() { return {editor->text().data(), editor->text().size()}; }

    std::string any_keys() {
        static const std::string kKeys[] = {"a",       "\303\244", "words and more ",
                                            "\t",      "\26\1",    "\r",
                                            "\r",      "\177",     "\177",
                                            "\33[3~",  "\33[A",    "\33[B",
                                            "\33[C",   "\33[D",    "\33[D",
                                            "\33[H",   "\33[F",    "\33[5~",
                                            "\33[6~",  "\33<",     "\33>",
                                            "\13",     "\25",      "\13\13\13",
                                            "\33u",    "\33u",     "\33e",
                                            "\6and\r", "\6o\r",    "\16",
                                            "\7",      "\14",      "\6xyz\3"};
        return kKeys[random(std::size(kKeys))];
    }
    usize random(usize n) { return (seed_ = seed_ * 1103515245 + 12345) / 65536 % n; }

    void check() {
        const winsize size = screen->size();
        const std::vector<std::string> lines = lines_of(text()),
                                       before = lines_of(text().substr(0, editor->cursor()));
        const usize line = before.size() - 1, column = width(before.back());
        const usize height = size.ws_row > 1 ? size.ws_row - 1 : 1;
        ASSERT_LT(screen->row(), height);
        ASSERT_LE(screen->row(), line);
        ASSERT_LE(screen->column(), column);
        const usize top = line - screen->row(), left = column - screen->column();
        for (usize row = 0; row < height; row++) {
            const std::string wanted =
                top + row < lines.size() ? picture(lines[top + row], left, size.ws_col) : "~";
            ASSERT_EQ(screen->row_text(static_cast<unsigned>(row)), wanted) << "row " << row;
        }
    }

    std::unique_ptr<FakeScreen> screen;
    std::unique_ptr<Editor> editor;

  private:
    // The screen may be replaced.
    static void pass(void* self, const char* text, usize n) {
        const TextSink sink = static_cast<EditScreen*>(self)->screen->sink();
        sink.write(sink.context, text, n);
    }
    unsigned long seed_ = 1;
};

TEST_P(EditScreen, ShowsTheTextAfterAnyKeys) {
    begin("one\n\ttwo\n", GetParam().columns, GetParam().rows);
    for (int i = 0; i < 5000; i++) {
        const std::string keys = any_keys();
        press(keys);
        if (random(500) == 0)
            resize(GetParam().columns + static_cast<unsigned>(random(5)),
                   GetParam().rows + static_cast<unsigned>(random(5)));
        if (random(4) == 0) continue;
        editor->show();
        check();
        ASSERT_FALSE(HasFatalFailure()) << "after key " << i << ": " << testing::PrintToString(keys) << " in "
                                        << testing::PrintToString(text());
    }
}

TEST_P(EditScreen, UndoLeadsBackAndRedoForward) {
    const std::string first = "one\n\ttwo\n";
    for (int round = 0; round < 20; round++) {
        begin(first, GetParam().columns, GetParam().rows);
        for (int i = 0; i < 200; i++) press(any_keys());
        for (int i = 0; i < edit::Undo::kMost; i++) press("\33e");
        const std::string last = text();
        for (int i = 0; i < edit::Undo::kMost; i++) press("\33u");
        ASSERT_EQ(text(), first);
        ASSERT_FALSE(editor->is_changed());
        for (int i = 0; i < edit::Undo::kMost; i++) press("\33e");
        ASSERT_EQ(text(), last);
    }
}

INSTANTIATE_TEST_SUITE_P(Windows, EditScreen,
                         testing::Values(Window{80, 24}, Window{20, 5}, Window{7, 3}, Window{2, 2},
                                         Window{1, 1}, Window{30, 1}));

}  // namespace
