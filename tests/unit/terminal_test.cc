// The terminal as POSIX.1-2017, chapter 11, describes it: keys in, lines or characters out, and the screen.
#include "dev/tty/terminal.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

using dev::Terminal;

namespace {

struct TerminalTest : testing::Test {
    std::string screen;
    std::unique_ptr<Terminal> terminal = std::make_unique<Terminal>(
        TextSink{[](void* to, const char* text, usize n) { static_cast<std::string*>(to)->append(text, n); },
                 &screen});
    int signal = 0;
    bool lists_processes = false;

    void type(const std::string& keys) {
        for (char c : keys) {
            ASSERT_TRUE(terminal->has_room_for(c));
            const Terminal::Wish w = terminal->receive(c);
            if (w.signal) signal = w.signal;
        }
    }
    // One read of at most n characters; "nothing" if it would wait.
    std::string read(usize n = 10000) {
        std::string line(n, '\0');
        bool ended = false;
        if (!terminal->has_input()) return "nothing";
        line.resize(terminal->take(line.data(), n, ended));
        return line;
    }
    std::string shown() { return std::exchange(screen, ""); }

    template <class F>
    void change(F f) {
        termios t = terminal->settings();
        f(t);
        set(t);
    }
    void set(const termios& t) {
        const Terminal::Wish w = terminal->set(t);
        if (w.signal) signal = w.signal;
        lists_processes |= w.list_processes;
    }
    void set_local(unsigned on, unsigned off) {
        change([&](termios& t) { t.c_lflag = (t.c_lflag | on) & ~off; });
    }
    void set_raw(unsigned char minimum = 1, unsigned char tenths = 0) {
        change([&](termios& t) {
            t.c_iflag = t.c_oflag = t.c_lflag = 0;
            t.c_cc[VMIN] = minimum;
            t.c_cc[VTIME] = tenths;
        });
    }
    void set_cooked() { set(std::make_unique<Terminal>(TextSink{})->settings()); }
};

// ---- lines ----

TEST_F(TerminalTest, ALineCanBeReadWhenItIsComplete) {
    type("ab");
    EXPECT_EQ(read(), "nothing");
    EXPECT_EQ(terminal->count_readable(), 0u);
    type("c\r");
    EXPECT_EQ(terminal->count_readable(), 4u);
    EXPECT_EQ(read(), "abc\n");
    EXPECT_EQ(shown(), "abc\r\n");
}

TEST_F(TerminalTest, AReadReturnsOneLineOrItsRest) {
    type("one\ntwo\n");
    EXPECT_EQ(read(2), "on");
    EXPECT_EQ(read(), "e\n");
    EXPECT_EQ(read(), "two\n");
}

TEST_F(TerminalTest, EofPassesOnTheLineAndAloneIsTheEnd) {
    type("two\4");
    EXPECT_EQ(terminal->count_readable(), 3u);
    EXPECT_EQ(read(), "two");
    type("\4");
    EXPECT_EQ(read(), "");
    EXPECT_EQ(read(), "nothing");
    EXPECT_EQ(shown(), "two");
}

TEST_F(TerminalTest, EofBehindTheLastCharacterOfAReadBelongsToIt) {
    type("ab\4");
    EXPECT_EQ(read(1), "a");
    EXPECT_EQ(read(1), "b");
    EXPECT_EQ(read(1), "nothing");
}

TEST_F(TerminalTest, VeolEndsALineToo) {
    change([](termios& t) { t.c_cc[VEOL] = ';', t.c_cc[VEOL2] = ':'; });
    type("a;b:c");
    EXPECT_EQ(read(), "a;");
    EXPECT_EQ(read(), "b:");
    EXPECT_EQ(read(), "nothing");
}

TEST_F(TerminalTest, ALineOf4KiBArrivesInOnePieceAndALongerOneInPieces) {
    const std::string line(4095, 'x');
    type(line + "\n");
    EXPECT_EQ(read(), line + "\n");
    type(std::string(Terminal::kSize, 'y'));
    EXPECT_FALSE(terminal->has_room_for('y'));
    EXPECT_EQ(read(), std::string(Terminal::kSize, 'y'));
    type("z\n");
    EXPECT_EQ(read(), "z\n");
}

// ---- editing ----

TEST_F(TerminalTest, EraseTakesACharacterOffTheLineAndTheScreen) {
    type("abc\177\bd\n");
    EXPECT_EQ(read(), "ad\n");
    EXPECT_EQ(shown(), "abc\b \b\b \bd\r\n");
}

TEST_F(TerminalTest, EraseStopsAtTheStartOfTheLine) {
    type("one\n");
    shown();
    type("\177\177\25\27");
    EXPECT_EQ(shown(), "");
    EXPECT_EQ(read(), "one\n");
}

TEST_F(TerminalTest, ControlCharactersAreShownAndErasedAsTwoColumns) {
    type("\33x");
    EXPECT_EQ(shown(), "^[x");
    type("\177\177");
    EXPECT_EQ(shown(), "\b \b\b \b\b \b");
    type("\n");
    EXPECT_EQ(read(), "\n");
}

TEST_F(TerminalTest, ATabIsErasedUpToWhereItBegan) {
    terminal->print("$ ", 2);
    type("ab\t");
    shown();
    type("\177");
    EXPECT_EQ(shown(), "\b \b\b \b\b \b\b \b");  // columns 4 to 7
}

TEST_F(TerminalTest, ACharacterOfUtf8IsErasedAsAWhole) {
    type("a\303\244\342\202\254\177");
    EXPECT_EQ(shown(), "a\303\244\342\202\254\b \b");
    type("\177\n");
    EXPECT_EQ(read(), "a\n");
    change([](termios& t) { t.c_iflag &= ~unsigned{IUTF8}; });
    type("\303\244\177\n");
    EXPECT_EQ(read(), "\303\n");
}

TEST_F(TerminalTest, WordEraseAndKillAndReprint) {
    type("one two  \27");
    EXPECT_EQ(shown(), "one two  \b \b\b \b\b \b\b \b\b \b");
    type("\22");
    EXPECT_EQ(shown(), "^R\r\none ");
    type("\25x\n");
    EXPECT_EQ(shown(), "\b \b\b \b\b \b\b \bx\r\n");
    EXPECT_EQ(read(), "x\n");
}

TEST_F(TerminalTest, WithoutEchokeKillPrintsItsCharacterAndANewline) {
    set_local(0, ECHOKE | ECHOE);
    type("ab\177\25");
    EXPECT_EQ(shown(), "ab^?^U\r\n");
}

TEST_F(TerminalTest, TheCharacterBehindLnextIsNotSpecial) {
    type("\26\3\26\177\26\4\26\25x\n");
    EXPECT_EQ(signal, 0);
    EXPECT_EQ(read(), "\3\177\4\25x\n");
}

TEST_F(TerminalTest, WithoutIextenItsKeysAreOrdinary) {
    set_local(0, IEXTEN);
    type("a \27\22\26\20\n");
    EXPECT_EQ(read(), "a \27\22\26\20\n");
}

TEST_F(TerminalTest, ADisabledKeyIsOrdinaryAndSoIsTheCharacterZero) {
    change([](termios& t) { t.c_cc[VINTR] = t.c_cc[VKILL] = _POSIX_VDISABLE; });
    type(std::string("\3\25\0\n", 4));
    EXPECT_EQ(signal, 0);
    EXPECT_EQ(read(), std::string("\3\25\0\n", 4));
}

// ---- signals and flow control ----

TEST_F(TerminalTest, AKeyOfASignalDiscardsTheInput) {
    type("line\nhalf\3");
    EXPECT_EQ(signal, SIGINT);
    EXPECT_EQ(shown(), "line\r\nhalf^C\r\n");
    EXPECT_EQ(read(), "nothing");
    type("\34");
    EXPECT_EQ(signal, SIGQUIT);
    type("\32");
    EXPECT_EQ(signal, SIGTSTP);
}

TEST_F(TerminalTest, WithNoflshItDoesNot) {
    set_local(NOFLSH, 0);
    type("line\nhalf\3\n");
    EXPECT_EQ(read(), "line\n");
    EXPECT_EQ(read(), "half\n");
}

TEST_F(TerminalTest, WithoutIsigTheKeysAreInput) {
    set_local(0, ISIG);
    type("\3\34\32\n");
    EXPECT_EQ(signal, 0);
    EXPECT_EQ(read(), "\3\34\32\n");
}

TEST_F(TerminalTest, AFullTerminalStillHearsASignal) {
    type(std::string(Terminal::kSize, 'y'));
    EXPECT_FALSE(terminal->has_room_for('y'));
    type("\3");
    EXPECT_EQ(signal, SIGINT);
    EXPECT_TRUE(terminal->has_room_for('y'));
}

TEST_F(TerminalTest, StopAndStartControlTheOutput) {
    type("\23");
    EXPECT_TRUE(terminal->stopped());
    type("x");
    EXPECT_TRUE(terminal->stopped());
    type("\21");
    EXPECT_FALSE(terminal->stopped());
    type("\23\3");
    EXPECT_FALSE(terminal->stopped());
    change([](termios& t) { t.c_iflag |= IXANY; });
    type("\23y");
    EXPECT_FALSE(terminal->stopped());
    change([](termios& t) { t.c_iflag &= ~unsigned{IXON}; });
    type("\23\n");
    EXPECT_FALSE(terminal->stopped());
    EXPECT_EQ(read(), "y\23\n");
}

// ---- characters ----

TEST_F(TerminalTest, RawInputIsUnchangedAndNotShown) {
    set_raw();
    type("a\r\3\4\177\32\33[A");
    EXPECT_EQ(signal, 0);
    EXPECT_EQ(shown(), "");
    EXPECT_EQ(terminal->count_readable(), 9u);
    EXPECT_EQ(read(4), "a\r\3\4");
    EXPECT_EQ(read(), "\177\32\33[A");
}

TEST_F(TerminalTest, InCbreakModeSignalsAndEchoWork) {
    set_local(0, ICANON);
    type("a\r");
    EXPECT_EQ(shown(), "a\r\n");
    EXPECT_EQ(read(), "a\n");
    type("b\3");
    EXPECT_EQ(signal, SIGINT);
    EXPECT_EQ(read(), "nothing");
}

TEST_F(TerminalTest, VminAndVtimeSayWhenAReadReturns) {
    set_raw(0, 0);  // at once
    EXPECT_TRUE(terminal->is_enough(0));
    set_raw(3, 0);  // with three characters
    EXPECT_FALSE(terminal->is_enough(2));
    EXPECT_EQ(terminal->tenths_to_wait(2), 0u);
    EXPECT_TRUE(terminal->is_enough(3));
    set_raw(0, 5);  // with one, or after half a second
    EXPECT_FALSE(terminal->is_enough(0));
    EXPECT_EQ(terminal->tenths_to_wait(0), 5u);
    EXPECT_TRUE(terminal->is_enough(1));
    set_raw(3, 5);  // with three, or half a second after the last
    EXPECT_EQ(terminal->tenths_to_wait(0), 0u);
    EXPECT_EQ(terminal->tenths_to_wait(1), 5u);
    EXPECT_FALSE(terminal->is_enough(2));
    set_cooked();  // neither counts for lines
    EXPECT_FALSE(terminal->is_enough(0));
    EXPECT_EQ(terminal->tenths_to_wait(0), 0u);
    EXPECT_TRUE(terminal->is_enough(1));
}

TEST_F(TerminalTest, PollWaitsForVminCharactersUnlessThereIsAVtime) {
    set_raw(2, 0);
    type("a");
    EXPECT_FALSE(terminal->poll_readable());
    type("b");
    EXPECT_TRUE(terminal->poll_readable());
    read();
    set_raw(2, 1);
    type("a");
    EXPECT_TRUE(terminal->poll_readable());
    read();
    set_raw(0, 0);
    EXPECT_FALSE(terminal->poll_readable());
}

// ---- from one mode to the other ----

TEST_F(TerminalTest, AnUnfinishedLineCanBeReadInRawMode) {
    type("line\nhalf");
    set_raw();
    EXPECT_EQ(read(), "line\nhalf");
}

TEST_F(TerminalTest, WhatWasTypedInRawModeBecomesLinesAgain) {
    set_raw();
    type("line\nhalf");
    set_cooked();
    EXPECT_EQ(read(), "line\n");
    EXPECT_EQ(read(), "nothing");
    type("\177ves\n");
    EXPECT_EQ(read(), "halves\n");
}

TEST_F(TerminalTest, WhatWasTypedInRawModeIsThenEditedAndEchoed) {
    set_raw();
    type("onf\177e\rhalf\4\4\20rest");
    EXPECT_EQ(shown(), "");
    set_cooked();
    EXPECT_EQ(shown(), "onf\b \be\r\nhalfrest");
    EXPECT_TRUE(lists_processes);
    EXPECT_EQ(read(), "one\n");
    EXPECT_EQ(read(), "half");
    EXPECT_EQ(read(), "");
    EXPECT_EQ(read(), "nothing");
    type("\177\n");
    EXPECT_EQ(read(), "res\n");
}

TEST_F(TerminalTest, WhatWasEchoedBeforeRawModeIsNotEchoedAgain) {
    type("one\ntwo\nha");
    shown();
    set_raw();
    EXPECT_EQ(read(4), "one\n");
    type("lf\r");
    set_cooked();
    EXPECT_EQ(shown(), "lf\r\n");
    EXPECT_EQ(read(), "two\n");
    EXPECT_EQ(read(), "half\n");
    type("three\nx");
    shown();
    set_raw();
    set_cooked();
    EXPECT_EQ(shown(), "");
    EXPECT_EQ(read(), "three\n");
    type("y\n");
    EXPECT_EQ(read(), "xy\n");
}

TEST_F(TerminalTest, AKeyOfASignalThatWasTypedInRawModeIsThenASignal) {
    set_raw();
    type("gone\3kept\r");
    EXPECT_EQ(signal, 0);
    set_cooked();
    EXPECT_EQ(signal, SIGINT);
    EXPECT_EQ(shown(), "gone^C\r\nkept\r\n");
    EXPECT_EQ(read(), "kept\n");
    EXPECT_EQ(read(), "nothing");
}

TEST_F(TerminalTest, AFullRingOfRawInputStaysReadable) {
    set_raw();
    type(std::string(Terminal::kSize, 'y'));
    set_cooked();
    EXPECT_EQ(read(), std::string(Terminal::kSize, 'y'));
}

// ---- what is changed on the way in and out ----

TEST_F(TerminalTest, CarriageReturnsAndNewlinesAreMapped) {
    change([](termios& t) { t.c_iflag = INLCR; });
    set_local(0, ICANON);
    type("\n\r");
    EXPECT_EQ(read(), "\r\r");
    change([](termios& t) { t.c_iflag = IGNCR | ISTRIP; });
    type("\r\341");
    EXPECT_EQ(read(), "a");
}

TEST_F(TerminalTest, OutputIsProcessedOnlyWithOpost) {
    terminal->print("a\nb\r", 4);
    EXPECT_EQ(shown(), "a\r\nb\r");
    change([](termios& t) { t.c_oflag = OPOST | OCRNL; });
    terminal->print("a\nb\r", 4);
    EXPECT_EQ(shown(), "a\nb\n");
    change([](termios& t) { t.c_oflag = OPOST | ONOCR; });
    terminal->print("\rx\r\r", 4);  // behind "b", whose newline did not return
    EXPECT_EQ(shown(), "\rx\r");
    change([](termios& t) { t.c_oflag = ONLCR; });
    terminal->print("a\n", 2);
    EXPECT_EQ(shown(), "a\n");
}

TEST_F(TerminalTest, NewlineIsEchoedAloneWithEchonl) {
    set_local(ECHONL, ECHO);
    type("secret\177\n");
    EXPECT_EQ(shown(), "\r\n");
    EXPECT_EQ(read(), "secre\n");
}

// Nothing that is typed, set, read or printed may break the ring.
TEST_F(TerminalTest, AnyOrderOfCallsKeepsItsPromises) {
    unsigned seed = 1;
    const auto random = [&](unsigned n) { return (seed = seed * 1103515245 + 12345) / 65536 % n; };
    for (int i = 0; i < 300000; i++) {
        const auto c = static_cast<char>(random(10) ? random(40) : random(256));
        if (terminal->has_room_for(c)) terminal->receive(c);
        if (random(50) == 0) read(1 + random(300));
        if (random(3000) == 0)
            change([&](termios& t) {
                t.c_lflag = random(0x10000);
                t.c_iflag = random(0x10000);
                t.c_cc[random(NCCS)] = static_cast<unsigned char>(random(256));
            });
        if (random(20000) == 0) terminal->discard_input();
        ASSERT_LE(terminal->count_readable(), Terminal::kSize);
        if (screen.size() > 100000) screen.clear();
    }
}

}  // namespace
