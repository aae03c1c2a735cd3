// Words: quotes, and what is expanded.
#include "word.h"

#include "lexer.h"
#include "shell.h"

namespace sh {

Word* Lexer::read_word(Until until, bool quoted) {
    WordBuilder to(arena_, until == Until::WordEnd && assignable_);
    read_parts(to, until, quoted);
    return to.finish();
}

// `open` counts the parentheses in an expression.
bool Lexer::ends(Until until, char c, int& open) {
    switch (until) {
        case Until::WordEnd: return !c || strchr(" \t\r\n<>|&;()", c);
        case Until::Quote: return c == '"';
        case Until::Brace: return c == '}';
        case Until::End: return !c;
        case Until::Parentheses:
            if (c == '(') open++;
            return c == ')' && open-- == 0;
    }
    return true;
}

void Lexer::read_parts(WordBuilder& to, Until until, bool quoted) {
    enter();
    for (int open = 0;;) {
        const char c = look();
        if (ends(until, c, open)) break;
        if (!c) syntax_error(until == Until::Quote ? "a \" is missing" : "a } or )) is missing");
        switch (c) {
            case '$': read_dollar(to, quoted); break;
            case '`': read_backquoted(to, quoted); break;
            case '\\': read_backslash(to, until, quoted); break;
            case '\'': quoted ? to.add(next(), true) : read_single_quoted(to); break;
            case '"':
                if (until == Until::End || until == Until::Parentheses)
                    to.add(next(), true);
                else
                    read_double_quoted(to, quoted);
                break;
            case '~': quoted ? to.add(next(), true) : read_tilde(to, until); break;
            default: to.add(next(), quoted);
        }
    }
    leave();
}

// ~ is ${HOME-~}. Another user's ~name stays.
void Lexer::read_tilde(WordBuilder& to, Until until) {
    const bool place = to.at_tilde_place();
    next();
    int unused = 0;
    const char behind = look();
    const bool ended = behind == '/' || ends(until, behind, unused) || (behind == ':' && to.assignable);
    if (!place || !ended) return to.add('~', false);
    Part* part = to.add(PartKind::Parameter, true);
    part->text = "HOME";
    part->operation = Operation::Default;
    WordBuilder itself(arena_, false);
    itself.add('~', true);
    part->word = itself.finish();
}

void Lexer::read_single_quoted(WordBuilder& to) {
    const int line = source_.line;
    source_.at++;
    to.flush();
    to.begin(true);
    while (source_.look() != '\'') {
        const char c = source_.look();
        if (!c) source_.line = line, syntax_error("a ' is missing");
        source_.at++;
        if (c == '\n') source_.line++;
        to.add(c, true);
    }
    source_.at++;
}

// In "${x-"text"}" the inner quotes are removed, and the text is quoted in any case.
void Lexer::read_double_quoted(WordBuilder& to, bool quoted) {
    const int line = source_.line;
    next();
    const int before = to.count();
    if (!quoted) to.flush();
    for (int open = 0; !ends(Until::Quote, look(), open);) {
        if (!look()) source_.line = line, syntax_error("a \" is missing");
        if (look() == '$')
            read_dollar(to, true);
        else if (look() == '`')
            read_backquoted(to, true);
        else if (look() == '\\')
            read_backslash(to, Until::Quote, true);
        else
            to.add(next(), true);
    }
    next();
    if (to.count() == before) to.begin(true);
}

void Lexer::read_backslash(WordBuilder& to, Until until, bool quoted) {
    source_.at++;
    const char c = source_.look();
    const char* special = until == Until::Brace ? "$`\"\\}" : until == Until::Quote ? "$`\"\\" : "$`\\";
    if (!c || (quoted && !strchr(special, c))) return to.add('\\', true);
    source_.at++;
    to.add(c, true);
}

void Lexer::read_backquoted(WordBuilder& to, bool quoted) {
    const int line = source_.line;
    source_.at++;
    Text text(arena_);
    while (source_.look() != '`') {
        const char c = source_.look(), after = source_.look(1);
        if (!c) source_.line = line, syntax_error("a ` is missing");
        if (c == '\n') source_.line++;
        if (c == '\\' && after && (strchr("$`\\", after) || (quoted && after == '"'))) source_.at++;
        text.add(source_.look());
        source_.at++;
    }
    source_.at++;
    Part* part = to.add(PartKind::Command, quoted);
    Source inner(text.c_str(), text.size(), line);
    part->list = commands_of(inner);
}

}  // namespace sh
