// The shell's parser, tested on the host: user/bin/sh/parse.cc does not need the kernel.
#include <gtest/gtest.h>

#include <string>

#include "../../user/bin/sh/parse.cc"

namespace {

std::string show(const sh::List& list);

std::string show(const sh::Command& c) {
    std::string out;
    for (int i = 0; i < c.argc; i++) out += (i ? " " : "") + ("[" + std::string(c.argv[i]) + "]");
    if (c.group) out += "(" + show(*c.group) + ")";
    for (auto* r = c.redirects; r; r = r->next) {
        const char* sign = r->kind == sh::Redirection::Input    ? "<"
                           : r->kind == sh::Redirection::Append ? ">>"
                                                                : ">";
        out += " " + std::to_string(r->fd) + sign + r->path;
    }
    return out;
}

std::string show(const sh::List& list) {
    std::string out;
    for (auto* item = list.first; item; item = item->next) {
        for (auto* p = item->first; p; p = p->next) {
            if (p->when != sh::When::Always) out += p->when == sh::When::AfterSuccess ? " && " : " || ";
            for (auto* c = p->first; c; c = c->next) out += show(*c) + (c->next ? " | " : "");
        }
        out += item->background ? " & " : item->next ? " ; " : "";
    }
    return out;
}

std::string parsed(const std::string& text) {
    static sh::Arena arena;
    const sh::Parsed p = sh::parse(text.c_str(), arena);
    return p.list ? show(*p.list) : "error: " + std::string(p.error);
}

TEST(ShellParser, SplitsWordsAtBlanks) { EXPECT_EQ(parsed("  echo one\ttwo \n"), "[echo] [one] [two]"); }

TEST(ShellParser, FindsNothingInAnEmptyLineOrAComment) {
    EXPECT_EQ(parsed(""), "");
    EXPECT_EQ(parsed(" \n\n"), "");
    EXPECT_EQ(parsed("# only a comment"), "");
    EXPECT_EQ(parsed("echo a # b"), "[echo] [a]");
    EXPECT_EQ(parsed("echo a#b"), "[echo] [a#b]");
}

TEST(ShellParser, BindsPipesTighterThanAndOrAndThoseTighterThanSemicolon) {
    EXPECT_EQ(parsed("a|b && c || d;e&f"), "[a] | [b] && [c] || [d] ; [e] & [f]");
}

TEST(ShellParser, GathersRedirectsWhereverTheyStand) {
    EXPECT_EQ(parsed("<in cat >out"), "[cat] 0<in 1>out");
    EXPECT_EQ(parsed("a >> log 2> err"), "[a] 1>>log 2>err");
    EXPECT_EQ(parsed("echo 2 >x"), "[echo] [2] 1>x");
}

TEST(ShellParser, ReadsGroups) {
    EXPECT_EQ(parsed("(a; b) > x | c"), "([a] ; [b]) 1>x | [c]");
    EXPECT_EQ(parsed("((a))"), "(([a]))");
}

TEST(ShellParser, ResolvesQuotes) {
    EXPECT_EQ(parsed("echo 'a  b' \"c;d\" e\\ f ''"), "[echo] [a  b] [c;d] [e f] []");
    EXPECT_EQ(parsed("echo \"it's\" 'say \"x\"' a'b'c"), "[echo] [it's] [say \"x\"] [abc]");
    EXPECT_EQ(parsed("echo \"a\\\"b\" 'c\\d'"), "[echo] [a\"b] [c\\d]");
}

TEST(ShellParser, MarksTheStatusOutsideSingleQuotes) {
    EXPECT_EQ(parsed("echo $? \"<$?>\" '$?' $x"), "[echo] [\1] [<\1>] [$?] [$x]");
}

TEST(ShellParser, SaysInWordsWhatIsWrong) {
    EXPECT_EQ(parsed("a |"), "error: a command is missing");
    EXPECT_EQ(parsed("; a"), "error: a command is missing");
    EXPECT_EQ(parsed("a && && b"), "error: a command is missing");
    EXPECT_EQ(parsed("a >"), "error: a file name is missing after < or >");
    EXPECT_EQ(parsed("a > | b"), "error: a file name is missing after < or >");
    EXPECT_EQ(parsed("(a"), "error: ( without )");
    EXPECT_EQ(parsed("a )"), "error: ) without (");
    EXPECT_EQ(parsed("()"), "error: no command in ( )");
    EXPECT_EQ(parsed("echo 'a"), "error: ' without a second '");
    EXPECT_EQ(parsed("echo \"a"), "error: \" without a second \"");
    EXPECT_EQ(parsed("echo (a)"), "error: a ; & or | is missing between two commands");
    EXPECT_EQ(parsed("(a) b"), "error: a word after ): a ; & or | is missing");
}

TEST(ShellParser, RefusesWhatIsTooMuch) {
    std::string words, pipes = "a", groups;
    for (int i = 0; i < 40; i++) words += "w ", pipes += "|a", groups += "(";
    EXPECT_EQ(parsed(words), "error: too many words in one command");
    EXPECT_EQ(parsed(pipes), "error: too many commands in one pipeline");
    EXPECT_EQ(parsed(groups), "error: ( ) are nested too deeply");
    EXPECT_EQ(parsed(std::string(9000, 'x')), "error: the line is too long");
    std::string many;
    for (int i = 0; i < 500; i++) many += "a;";
    EXPECT_EQ(parsed(many), "error: the line is too long");
}

TEST(ShellParser, SurvivesAnyText) {
    const char letters[] = "ab'\"\\$?#;&|<>()2 \n";
    unsigned seed = 1;
    for (int round = 0; round < 20000; round++) {
        std::string text;
        for (unsigned i = 0, n = round % 40; i < n; i++) {
            seed = seed * 1103515245 + 12345;
            text += letters[(seed >> 16) % (sizeof letters - 1)];
        }
        (void)parsed(text);
    }
}

}  // namespace
