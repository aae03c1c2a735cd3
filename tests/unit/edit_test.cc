// The text editor: what keys make of a text, and what is on the screen.
#include <memory>

#include "line_kit.h"
#include "user/bin/edit/editor.h"

using edit::Buffer;
using edit::Editor;
using line_kit::FakeScreen;
using Event = Editor::Event;

namespace {

const std::string kUp = "\33[A", kDown = "\33[B", kRight = "\33[C", kLeft = "\33[D", kHome = "\33[H",
                  kEnd = "\33[F", kDelete = "\33[3~", kPageUp = "\33[5~", kPageDown = "\33[6~",
                  kUndo = "\33u", kRedo = "\33e", kFirst = "\33<", kLast = "\33>", kFind = "\6",
                  kNext = "\16", kCut = "\13", kPaste = "\25";

struct TextEditor : testing::Test {
    FakeScreen screen{80, 24};
    std::unique_ptr<Editor> editor;
    Event event = Event::None;

    void begin(const std::string& text) {
        editor = std::make_unique<Editor>(screen.sink(), "notes");
        ASSERT_TRUE(editor->load(text));
        editor->begin();
        editor->resize(screen.size());
        editor->show();
    }
    // Types until an event.
    void type(const std::string& keys) {
        for (const char c : keys) {
            event = editor->take(static_cast<u8>(c));
            if (event != Event::None) break;
        }
        editor->show();
    }
    std::string text() { return {editor->text().data(), editor->text().size()}; }
    // What keys make of a text, with "|" for the cursor.
    std::string after(const std::string& first, const std::string& keys) {
        begin(first);
        type(keys);
        std::string all = text();
        return all.insert(editor->cursor(), "|");
    }
    std::string bar() { return screen.row_text(23); }
};

// ---- moving and changing ----

TEST_F(TextEditor, InsertsAndErasesAtTheCursor) {
    EXPECT_EQ(after("bc\n", "a"), "a|bc\n");
    EXPECT_EQ(after("ab", kRight + "\r"), "a\n|b");
    EXPECT_EQ(after("ab", kEnd + "\r\tc"), "ab\n\tc|");
    EXPECT_EQ(after("ab\ncd", kDown + "\177"), "ab|cd");
    EXPECT_EQ(after("ab\ncd", kEnd + kDelete), "ab|cd");
    EXPECT_EQ(after("ab", "\177" + kEnd + kDelete + "\4"), "ab|");
    EXPECT_EQ(after("", "\26\33\26\r"), "\33\r|");
}

TEST_F(TextEditor, KeepsATextWithoutFinalNewline) {
    EXPECT_EQ(after("ab", ""), "|ab");
    EXPECT_EQ(after("ab\n", ""), "|ab\n");
    EXPECT_EQ(after("", ""), "|");
    EXPECT_EQ(after(std::string("a\0b", 3), kEnd), std::string("a\0b|", 4));
}

TEST_F(TextEditor, MovesByCharactersOfUtf8) {
    EXPECT_EQ(after("\303\244\342\202\254x", kRight + kRight), "\303\244\342\202\254|x");
    EXPECT_EQ(after("\303\244\342\202\254x", kEnd + kLeft + "\177"), "\303\244|x");
    EXPECT_EQ(after("", "\303\244\360\237\230\200" + kLeft), "\303\244|\360\237\230\200");
    EXPECT_EQ(after("\377\200", kRight + kRight + kLeft), "\377|\200");
    EXPECT_EQ(after("x\244", "\303" + kDelete + "!"), "!|\303\244") << "bytes become one character";
}

TEST_F(TextEditor, KeepsTheColumnThroughShortLines) {
    EXPECT_EQ(after("abcd\n\nabcd", kEnd + kDown + kDown), "abcd\n\nabcd|");
    EXPECT_EQ(after("abcd\nx\nabcd", kRight + kRight + kDown + kDown), "abcd\nx\nab|cd");
    EXPECT_EQ(after("abcdefghij\n\tx", kEnd + kDown), "abcdefghij\n\tx|");
    EXPECT_EQ(after("abc\n\tx", kEnd + kDown), "abc\n|\tx");
    EXPECT_EQ(after("abc\nabc", kDown + kDown + kDown + kEnd + kUp + kUp), "abc|\nabc");
}

TEST_F(TextEditor, MovesByPagesAndToTheEnds) {
    std::string lines;
    for (int i = 1; i <= 100; i++) lines += std::to_string(i) + "\n";
    begin(lines);
    type(kPageDown);
    EXPECT_EQ(screen.row_text(0), "23");
    EXPECT_EQ(screen.row(), 0u);
    type(kPageUp + kPageUp);
    EXPECT_EQ(screen.row_text(0), "1");
    type(kPageDown + kPageDown + kPageDown + kPageDown + kPageDown + kPageDown + kUp);
    EXPECT_EQ(screen.row_text(0), "79");
    type(kLast);
    EXPECT_EQ(screen.row_text(screen.row()), "");
    EXPECT_EQ(bar(), "notes  line 101 of 101, column 1");
    type(kFirst + kDown);
    EXPECT_EQ(screen.row_text(screen.row()), "2");
}

TEST_F(TextEditor, CutsLinesAndPastesThem) {
    EXPECT_EQ(after("one\ntwo\nthree", kRight + kCut + kDown + kPaste), "two\none\n|three");
    EXPECT_EQ(after("one\ntwo\nthree", kCut + kCut + kEnd + "\r" + kPaste), "three\none\ntwo\n|");
    EXPECT_EQ(after("one\ntwo\nthree", kCut + kDown + kCut + kPaste + kPaste), "two\nthreethree|");
    EXPECT_EQ(after("", kCut + kPaste), "|");
}

// ---- undo ----

TEST_F(TextEditor, UndoesAndRedoes) {
    EXPECT_EQ(after("", "one" + kUndo), "|");
    EXPECT_EQ(after("", "one\rtwo" + kUndo), "one\n|");
    EXPECT_EQ(after("", "one\rtwo" + kUndo + kUndo), "one|");
    EXPECT_EQ(after("", "one" + kLeft + "x" + kUndo), "on|e");
    EXPECT_EQ(after("abc", kEnd + "\177\177" + kUndo), "abc|");
    EXPECT_EQ(after("abc", kDelete + kDelete + kUndo), "ab|c");
    EXPECT_EQ(after("one\ntwo\n", kCut + kCut + kUndo), "two\n|");
    EXPECT_EQ(after("one\ntwo\n", kCut + kUndo + kRedo), "|two\n");
    EXPECT_EQ(after("", "one" + kUndo + "x" + kRedo), "x|");
    EXPECT_EQ(after("a", kUndo + kRedo), "|a");
}

TEST_F(TextEditor, KnowsWhetherTheTextIsTheSavedOne) {
    begin("abc");
    EXPECT_FALSE(editor->is_changed());
    type("x");
    EXPECT_TRUE(editor->is_changed());
    type(kUndo);
    EXPECT_FALSE(editor->is_changed());
    type("xy");
    editor->saved();
    type("z");
    EXPECT_TRUE(editor->is_changed());
    type(kUndo);
    EXPECT_FALSE(editor->is_changed());
    type(kUndo + "q");
    EXPECT_TRUE(editor->is_changed());
    type(kUndo + kRedo + kRedo + kUndo);
    EXPECT_TRUE(editor->is_changed());
}

TEST_F(TextEditor, ForgetsTheOldestChanges) {
    begin("");
    for (int i = 0; i < edit::Undo::kMost + 10; i++) type("x\r");
    for (int i = 0; i < edit::Undo::kMost; i++) type(kUndo);
    EXPECT_EQ(text().size(), static_cast<usize>(edit::Undo::kMost) + 20);
    EXPECT_TRUE(editor->is_changed());
    type(kUndo);
    EXPECT_EQ(bar(), "nothing to undo");
    begin(std::string(Buffer::kMost, 'x'));
    type(kCut + kPaste + kCut);
    EXPECT_EQ(text(), "");
    type(kUndo + kUndo + kUndo);
    EXPECT_EQ(text(), "");
}

// ---- questions ----

TEST_F(TextEditor, FindsTextAndGoesOnFromTheBeginning) {
    EXPECT_EQ(after("one two one", kFind + "one\r"), "one two |one");
    EXPECT_EQ(after("one two one", kFind + "one\r" + kNext), "|one two one");
    EXPECT_EQ(bar(), "found from the beginning on");
    EXPECT_EQ(after("one two one", kFind + "onx\177e\r" + kHome + kFind + "\r"), "one two |one");
    EXPECT_EQ(after("one two one", kFind + "three\r"), "|one two one");
    EXPECT_EQ(bar(), "not found: three");
    EXPECT_EQ(after("one", kFind + "x\3y"), "y|one");
    EXPECT_EQ(after("one", kNext), "|one");
}

TEST_F(TextEditor, AsksBeforeChangesAreLost) {
    begin("abc");
    type("\21");
    EXPECT_EQ(event, Event::Quit);
    type("x\21");
    EXPECT_EQ(event, Event::None);
    EXPECT_EQ(bar(), "notes has changed. Save it? y: yes, n: no, other keys: go on editing");
    type("q");
    EXPECT_EQ(event, Event::None);
    type("\21y");
    EXPECT_EQ(event, Event::SaveAndQuit);
    type("\21n");
    EXPECT_EQ(event, Event::Quit);
    EXPECT_EQ(text(), "xabc");
    type("\23");
    EXPECT_EQ(event, Event::Save);
    type("\32");
    EXPECT_EQ(event, Event::Stop);
}

// ---- limits ----

TEST_F(TextEditor, RefusesWhatIsTooMuch) {
    begin(std::string(Buffer::kMost, 'x'));
    type("y");
    EXPECT_EQ(text().size(), Buffer::kMost);
    EXPECT_EQ(bar(), "not inserted: a text has 1024 KiB at most, and needs memory");
    EXPECT_FALSE(editor->is_changed());
    Editor other(screen.sink(), "large");
    EXPECT_FALSE(other.load(std::string(Buffer::kMost + 1, 'x')));
}

// ---- the screen ----

TEST_F(TextEditor, ShowsTheTextAndWhereTheCursorIs) {
    begin("a\tb\33\177\n\302\233m\377\nend");
    EXPECT_EQ(screen.row_text(0), "a       b^[^?");
    EXPECT_EQ(screen.row_text(1), "?m?") << "what a terminal might obey is not sent";
    EXPECT_EQ(screen.row_text(3), "~");
    EXPECT_EQ(bar(), "Ctrl-S saves, Ctrl-Q quits, Ctrl-G shows all keys");
    type(kRight + kRight);
    EXPECT_EQ(screen.column(), 8u);
    EXPECT_EQ(bar(), "notes  line 1 of 3, column 9");
    type("x");
    EXPECT_EQ(bar(), "notes (changed)  line 1 of 3, column 10");
    type("\7");
    EXPECT_EQ(bar(), "^S save ^Q quit ^F find ^N next ^K cut ^U paste Alt-U undo Alt-E redo ^Z stop");
}

TEST_F(TextEditor, SendsOnlyTheRowsThatChange) {
    begin("one\ntwo\nthree");
    type(kDown);
    screen.shown();
    type("x");
    const std::string sent = screen.shown();
    EXPECT_NE(sent.find("xtwo"), std::string::npos);
    EXPECT_EQ(sent.find("one"), std::string::npos);
    EXPECT_EQ(sent.find("three"), std::string::npos);
}

}  // namespace
