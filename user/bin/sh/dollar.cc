// What begins with $.
#include "lexer.h"
#include "shell.h"
#include "word.h"

namespace sh {

void Lexer::read_dollar(WordBuilder& to, bool quoted) {
    next();
    const char c = look();
    if (c == '{') return read_braces(to, quoted);
    if (c == '(') {
        next();
        if (look() == '(' && read_arithmetic(to, quoted)) return;
        Here* outer = here_;
        here_ = nullptr;
        Part* part = to.add(PartKind::Command, quoted);
        part->list = commands_to_close();
        here_ = outer;
        return;
    }
    if (const char* name = read_name()) {
        to.add(PartKind::Parameter, quoted)->text = name;
    } else {
        to.add('$', quoted);
    }
}

// A name, one digit, or one special character; null if there is none. In braces there may be more digits.
const char* Lexer::read_name() {
    Text name(arena_);
    if (is_name_start(look())) {
        while (is_name(look())) name.add(next());
    } else if (look() && strchr("0123456789@*#?-$!", look())) {
        name.add(next());
    } else {
        return nullptr;
    }
    return name.c_str();
}

void Lexer::read_braces(WordBuilder& to, bool quoted) {
    next();
    Part* part = to.add(PartKind::Parameter, quoted);
    if (look() == '#') {
        // ${#} and ${#-word} are about $#, ${#x} is a length.
        const size_t before = source_.at;
        next();
        part->text = look() == '}' ? nullptr : read_name();
        while (part->text && part->text[0] >= '0' && part->text[0] <= '9' && is_name(look())) {
            Text digits(arena_);
            digits.add(part->text);
            digits.add(next());
            part->text = digits.c_str();
        }
        if (part->text && accept('}')) {
            part->operation = Operation::Length;
            return;
        }
        source_.at = before;
    }
    part->text = read_name();
    if (!part->text) syntax_error("a name is missing after ${");
    if (part->text[0] >= '0' && part->text[0] <= '9') {
        Text digits(arena_);
        digits.add(part->text);
        while (look() >= '0' && look() <= '9') digits.add(next());
        part->text = digits.c_str();
    }
    if (accept('}')) return;
    read_operator(*part);
    if (!accept('}')) syntax_error("a } is missing");
}

void Lexer::read_operator(Part& part) {
    part.or_empty = accept(':');
    const char c = next();
    switch (c) {
        case '-': part.operation = Operation::Default; break;
        case '=': part.operation = Operation::Assign; break;
        case '?': part.operation = Operation::Error; break;
        case '+': part.operation = Operation::Alternative; break;
        case '#': part.operation = accept('#') ? Operation::CutLongPrefix : Operation::CutPrefix; break;
        case '%': part.operation = accept('%') ? Operation::CutLongSuffix : Operation::CutSuffix; break;
        default: syntax_error("${ } has an operator that does not exist");
    }
    const bool cuts = part.operation >= Operation::CutPrefix;
    if (cuts && part.or_empty) syntax_error("${ } has an operator that does not exist");
    part.word = read_word(Until::Brace, part.quoted && !cuts);
}

// False, with nothing consumed, if this is a command in two parentheses.
bool Lexer::read_arithmetic(WordBuilder& to, bool quoted) {
    const size_t before = source_.at;
    const int line = source_.line;
    next();
    Word* expression = read_word(Until::Parentheses, true);
    next();
    if (!accept(')')) {
        source_.at = before;
        source_.line = line;
        return false;
    }
    Part* part = to.add(PartKind::Arithmetic, quoted);
    part->word = expression;
    return true;
}

}  // namespace sh
