// The line editor: the keys, and what is on the screen.
#include "line/editor.h"

#include <memory>

#include "line_kit.h"

using line::Candidates;
using line::Editor;
using line::Word;
using line_kit::FakeScreen;
using Event = Editor::Event;

namespace {

const std::string kUp = "\33[A", kDown = "\33[B", kRight = "\33[C", kLeft = "\33[D", kDelete = "\33[3~";

void offer_names(const Word& word, Candidates& to) {
    if (word.is_command && word.name == word.text) {
        for (const char* name : {"echo", "edit", "ls", "netstat", "nettests"}) to.add(name);
    } else {
        for (const char* name : {"notes", "notebook", "a b", "x"}) to.add(name);
        to.add("docs", true);
    }
}

struct LineEditor : testing::Test {
    FakeScreen screen{80, 24};
    line::History history;
    std::unique_ptr<Editor> editor = std::make_unique<Editor>(screen.sink(), history);
    Event event = Event::None;

    void begin(usize most = 4095) { editor->begin("$ ", screen.size(), offer_names, most); }
    // Types until an event.
    void type(const std::string& keys) {
        for (const char c : keys) {
            event = editor->take(static_cast<u8>(c));
            if (event != Event::None) return;
        }
        editor->show();
    }
    std::string text() const { return {editor->text().start, editor->text().size}; }
    // Types the keys on a new line, and returns what they make of it.
    std::string after(const std::string& keys) {
        begin();
        type(keys);
        type("\r");
        EXPECT_EQ(event, Event::Line);
        return text();
    }
    void remember(std::initializer_list<const char*> lines) {
        for (const char* line : lines) history.add({line, strlen(line)});
    }
};

// ---- what is printed ----

TEST_F(LineEditor, PrintsNothingButWhatIsTypedAtTheEnd) {
    begin();
    type("echo hello");
    type(" world");
    type("\r");
    EXPECT_EQ(event, Event::Line);
    EXPECT_EQ(text(), "echo hello world");
    EXPECT_EQ(screen.shown(), "$ echo hello world\n");
}

TEST_F(LineEditor, SoItIsForALineThatIsLongerThanTheScreenIs) {
    const std::string line(4095, 'x');
    begin();
    for (const char c : line) type({&c, 1});
    type("\r");
    EXPECT_EQ(text(), line);
    EXPECT_EQ(screen.shown(), "$ " + line + "\n");
}

TEST_F(LineEditor, PrintsACharacterOfUtf8InOnePiece) {
    begin();
    type("\342\202");
    EXPECT_EQ(screen.shown(), "$ ");
    type("\254!");
    EXPECT_EQ(screen.shown(), "\342\202\254!");
    type("\b");
    type("\b");
    EXPECT_EQ(screen.shown(), "\b\33[J\b\33[J");
    EXPECT_EQ(text(), "");
}

TEST_F(LineEditor, BytesThatAreNotUtf8AreKept) {
    EXPECT_EQ(after("a\377\200b\303c\342\202"), "a\377\200b\303c\342\202");
    EXPECT_EQ(after("\303x\b\r"), "\303");
    EXPECT_EQ(after("\303x" + kLeft + kRight + "\b\244" + kLeft + "<"), "<\303\244");
}

TEST_F(LineEditor, ControlCharactersAreShownAsTwoColumns) {
    begin();
    type("a\26\33b\26\tc");
    EXPECT_EQ(text(), "a\33b\tc");
    EXPECT_EQ(screen.row_text(0), "$ a^[b  c");
    EXPECT_EQ(screen.column(), 9u);
}

// ---- keys ----

TEST_F(LineEditor, MovesAndEditsByCharacters) {
    EXPECT_EQ(after("bc" + kLeft + kLeft + "a\5d"), "abcd");
    EXPECT_EQ(after("abc\1\4\6" + kDelete), "b");
    EXPECT_EQ(after("abc\2\177\6\b"), "a");
    EXPECT_EQ(after("a\303\244\342\202\254\2\2" + kDelete + "x"), "ax\342\202\254");
    EXPECT_EQ(after("ab\24"), "ba");
    EXPECT_EQ(after("abcd\2\2\24!"), "acb!d");
    EXPECT_EQ(after("\303\244b\24"), "b\303\244");
}

TEST_F(LineEditor, KnowsAllSequencesForHomeAndEnd) {
    for (const char* home : {"\33[H", "\33[1~", "\33OH", "\33[7~"}) {
        for (const char* end : {"\33[F", "\33[4~", "\33OF", "\33[8~"})
            EXPECT_EQ(after(std::string("b") + home + "a" + end + "c"), "abc");
    }
}

TEST_F(LineEditor, MovesAndKillsByWords) {
    EXPECT_EQ(after("one two\33b\33bx\33fy"), "xoney two");
    EXPECT_EQ(after("one two\33[1;5Dx\33[1;3D\33[1;5C!"), "one xtwo!");
    EXPECT_EQ(after("ls /bin/x  \27"), "ls ");
    EXPECT_EQ(after("ls /bin/x\33\177"), "ls /bin/");
    EXPECT_EQ(after("one two\1\33d"), " two");
}

TEST_F(LineEditor, KillsAndYanks) {
    EXPECT_EQ(after("one two\1\13"), "");
    EXPECT_EQ(after("one two\33b\13\1\31 "), "two one ");
    EXPECT_EQ(after("one two\33b\25x\31\31"), "xone one two");
    EXPECT_EQ(after("one \27\31\31"), "one one ");
}

TEST_F(LineEditor, IgnoresUnknownKeysAndSequences) {
    EXPECT_EQ(after("a\33[15~b\33[[Ac\33[1;2Pd\33Oxe\34\7\36f\33zg"), "abcdefg");
    EXPECT_EQ(after("a\33\r"), "a");
    EXPECT_EQ(after("a\33[3\r"), "a");
}

TEST_F(LineEditor, CtrlDOnAnEmptyLineIsTheEnd) {
    begin();
    type("a\4");
    EXPECT_EQ(event, Event::None);
    type("\b\4");
    EXPECT_EQ(event, Event::End);
}

TEST_F(LineEditor, AnInterruptIsShownBehindTheLine) {
    begin();
    type("half a line\1");
    editor->interrupt("^C");
    EXPECT_EQ(screen.row_text(0), "$ half a line^C");
    EXPECT_EQ(screen.row(), 1u);
    EXPECT_EQ(screen.column(), 0u);
}

TEST_F(LineEditor, ALineThatIsTooLongIsNotShortenedSilently) {
    begin(10);
    type("0123456789");
    EXPECT_EQ(screen.rings(), 0);
    type("abc");
    EXPECT_EQ(screen.rings(), 3);
    type("\r");
    EXPECT_EQ(event, Event::TooLong);
    EXPECT_EQ(text(), "0123456789");
    begin(10);
    type("0123456789a\b\r");  // the user has seen it
    EXPECT_EQ(event, Event::Line);
}

TEST_F(LineEditor, CtrlLErasesTheScreen) {
    begin();
    type("one\r");
    begin();
    type("two\14");
    EXPECT_EQ(screen.text(), "$ two");
    EXPECT_EQ(screen.column(), 5u);
}

// ---- history ----

TEST_F(LineEditor, UpAndDownRecallLines) {
    remember({"one", "two", "three"});
    EXPECT_EQ(after(kUp), "three");
    EXPECT_EQ(after("\20\20\20\20"), "one");
    EXPECT_EQ(after(kUp + kUp + kDown), "three");
    EXPECT_EQ(after("typed" + kUp + kUp + kDown + "\16"), "typed");
    EXPECT_EQ(after("typed" + kUp + "!"), "three!");
    EXPECT_EQ(after("\33<"), "one");
    EXPECT_EQ(after("typed\33<\33>"), "typed");
}

TEST_F(LineEditor, CtrlRSearches) {
    remember({"netstat -s", "ls", "netstat", "echo one"});
    EXPECT_EQ(after("\22net"), "netstat");
    EXPECT_EQ(after("\22net\22"), "netstat -s");
    EXPECT_EQ(after("\22netx\b\22"), "netstat -s");
    EXPECT_EQ(after("\22st\1x"), "xnetstat");
    EXPECT_EQ(after("typed\22net\7"), "typed");
    EXPECT_EQ(after("\22net" + kUp), "ls");
    EXPECT_EQ(after("\22netstatx"), "netstat");  // the last that fits stays
}

TEST_F(LineEditor, CtrlRShowsWhatItSearches) {
    remember({"netstat -s", "netstat"});
    begin();
    type("\22st");
    EXPECT_EQ(screen.row_text(0), "(reverse-i-search)`st': netstat");
    EXPECT_EQ(screen.column(), 27u);
    type("x");
    EXPECT_EQ(screen.row_text(0), "(failed reverse-i-search)`stx': netstat");
    EXPECT_EQ(screen.rings(), 1);
    type("\b\22");
    EXPECT_EQ(screen.row_text(0), "(reverse-i-search)`st': netstat -s");
    type("\5");
    EXPECT_EQ(screen.row_text(0), "$ netstat -s");
    EXPECT_EQ(screen.column(), 12u);
}

// ---- completion ----

TEST_F(LineEditor, TabCompletesPrograms) {
    EXPECT_EQ(after("ec\t"), "echo ");
    EXPECT_EQ(after("ne\ts\t"), "netstat ");
    EXPECT_EQ(after("ls; ec\tx"), "ls; echo x");
    EXPECT_EQ(after("ls && ! ec\tx"), "ls && ! echo x");
    EXPECT_EQ(after("NAME=1 ec\tx"), "NAME=1 echo x");
    EXPECT_EQ(after("echo no | l\t"), "echo no | ls ");
}

TEST_F(LineEditor, TabCompletesFiles) {
    EXPECT_EQ(after("ls no\t"), "ls note");
    EXPECT_EQ(after("ls notes\t"), "ls notes ");
    EXPECT_EQ(after("ls do\tx"), "ls docs/x");
    EXPECT_EQ(after("echo > a\t"), "echo > a\\ b ");
    EXPECT_EQ(after("echo \"a\t"), "echo \"a b\" ");
    EXPECT_EQ(after("echo 'a \tx"), "echo 'a b' x");
    EXPECT_EQ(after("echo dir/a\\ \t"), "echo dir/a\\ b ");
    EXPECT_EQ(after("/do\t"), "/docs/");
    EXPECT_EQ(after("ls no>x\33[D\33[D\tX"), "ls noteX>x");
}

TEST_F(LineEditor, TabRingsIfThereIsNoneOrAChoice) {
    begin();
    type("nothing\t");
    EXPECT_EQ(screen.rings(), 1);
    type("\25ls note\t");
    EXPECT_EQ(screen.rings(), 1);
    EXPECT_EQ(text(), "ls note");
}

// Whether the keys come one by one or at once.
TEST_F(LineEditor, RingsBehindWhatWasTypedBefore) {
    begin();
    type("n");
    type("et\t");
    EXPECT_EQ(screen.shown(), "$ net\a");
}

TEST_F(LineEditor, ASecondTabListsTheCandidatesInColumns) {
    begin();
    type("ls x\1\t\t");
    EXPECT_EQ(screen.row_text(0), "$ ls x");
    EXPECT_EQ(screen.row_text(1), "echo      edit      ls        netstat   nettests");
}

TEST_F(LineEditor, WithoutACompleterTabIsACharacter) {
    editor->begin("> ", screen.size(), nullptr);
    type("\tx\r");
    EXPECT_EQ(text(), "\tx");
}

}  // namespace
