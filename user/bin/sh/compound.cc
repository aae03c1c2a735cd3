// The grammar of compound commands.
#include "parser.h"
#include "shell.h"

namespace sh {

// False if the next token begins none.
bool Parser::parse_compound(Command& command) {
    if (accept(Token::Open)) {
        command.kind = CommandKind::Subshell;
        command.body = parse_list(")");
        if (!accept(Token::Close)) unexpected(")");
    } else if (accept("{")) {
        command.kind = CommandKind::Group;
        command.body = parse_list("}");
        expect("}");
    } else if (accept("if")) {
        parse_if(command);
    } else if (accept("while")) {
        parse_loop(command, CommandKind::While);
    } else if (accept("until")) {
        parse_loop(command, CommandKind::Until);
    } else if (accept("for")) {
        parse_for(command);
    } else if (accept("case")) {
        parse_case(command);
    } else {
        return false;
    }
    return true;
}

List* Parser::list_of(Command* command) {
    auto* list = arena_.make<List>();
    list->first = arena_.make<AndOr>();
    list->first->text = "if";
    list->first->first = arena_.make<Pipeline>();
    list->first->first->first = command;
    return list;
}

// The rest of an if behind `if` or `elif`: up to `fi`, which is consumed. An elif is an if in the else.
void Parser::parse_if(Command& command) {
    for (Command* c = &command;;) {
        c->kind = CommandKind::If;
        c->line = source_.line;
        c->condition = parse_list("then");
        expect("then");
        c->body = parse_list("fi");
        if (!accept("elif")) {
            if (accept("else")) c->otherwise = parse_list("fi");
            return expect("fi");
        }
        enter();
        auto* inner = arena_.make<Command>();
        c->otherwise = list_of(inner);
        c = inner;
        leave();
    }
}

List* Parser::parse_do_group() {
    assignable_ = true;
    skip_newlines();
    expect("do");
    List* body = parse_list("done");
    expect("done");
    return body;
}

void Parser::parse_loop(Command& command, CommandKind kind) {
    command.kind = kind;
    command.condition = parse_list("do");
    command.body = parse_do_group();
}

void Parser::parse_for(Command& command) {
    command.kind = CommandKind::For;
    assignable_ = false;
    if (peek() != Token::Word || !word()->plain) unexpected("a variable");
    command.name = word()->plain;
    for (const char* c = command.name; *c; c++) {
        if (!(c == command.name ? is_name_start(*c) : is_name(*c)))
            syntax_error("for needs the name of a variable");
    }
    take();
    skip_newlines();
    if (accept("in")) {
        command.has_words = true;
        Word** end = &command.words;
        while (peek() == Token::Word) {
            *end = word();
            end = &word()->next;
            take();
        }
        if (!accept(Token::Semicolon) && peek() != Token::Newline) unexpected("a ;");
    } else {
        accept(Token::Semicolon);
    }
    command.body = parse_do_group();
}

void Parser::parse_case(Command& command) {
    command.kind = CommandKind::Case;
    assignable_ = false;
    if (peek() != Token::Word) unexpected("a word");
    command.words = word();
    take();
    skip_newlines();
    expect("in");
    skip_newlines();
    for (CaseItem** end = &command.items; !at("esac"); end = &(*end)->next) {
        *end = parse_case_item();
        if (!accept(Token::CaseEnd) && !at("esac")) unexpected("esac");
        assignable_ = false;
        skip_newlines();
    }
    assignable_ = true;
    take();
}

CaseItem* Parser::parse_case_item() {
    auto* item = arena_.make<CaseItem>();
    accept(Token::Open);
    Word** end = &item->patterns;
    do {
        if (peek() != Token::Word) unexpected("a pattern or esac");
        *end = word();
        end = &word()->next;
        take();
    } while (accept(Token::Or));
    assignable_ = true;
    if (!accept(Token::Close)) unexpected(")");
    skip_newlines();
    item->body = peek() == Token::CaseEnd || at("esac") ? arena_.make<List>() : parse_list("esac");
    return item;
}

}  // namespace sh
