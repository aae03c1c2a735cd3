#include "parser.h"

#include <stdio.h>

#include "shell.h"

namespace sh {

namespace {

constexpr const char* kEndings[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};
constexpr size_t kShown = 60;  // characters of a command in the list of jobs

}  // namespace

// ---- tokens ----

bool Parser::at(const char* reserved) {
    return peek() == Token::Word && word()->plain && strcmp(word()->plain, reserved) == 0;
}
bool Parser::accept(Token token) {
    if (peek() != token) return false;
    take();
    return true;
}
bool Parser::accept(const char* reserved) {
    if (!at(reserved)) return false;
    take();
    return true;
}
void Parser::expect(const char* reserved) {
    if (!accept(reserved)) unexpected(reserved);
}
void Parser::skip_newlines() {
    while (accept(Token::Newline)) {
    }
}

void Parser::unexpected(const char* wanted) {
    const Token token = peek();
    const char* found = token == Token::Word && word()->plain ? word()->plain : name_of(token);
    char text[160];
    snprintf(text, sizeof text, "%s is missing before %.60s", wanted, found);
    syntax_error(text);
}

bool Parser::ends_list() {
    const Token token = peek();
    if (token == Token::End || token == Token::Close || token == Token::CaseEnd) return true;
    for (const char* ending : kEndings) {
        if (at(ending)) return true;
    }
    return false;
}

// ---- lists ----

List* Parser::next_commands() {
    assignable_ = true;
    if (accept(Token::Newline)) return arena_.make<List>();  // an empty line
    return peek() == Token::End ? nullptr : parse_line();
}

List* Parser::parse_line() {
    auto* list = arena_.make<List>();
    for (AndOr** end = &list->first;; end = &(*end)->next) {
        *end = parse_and_or();
        if (accept(Token::And))
            (*end)->background = true;
        else if (!accept(Token::Semicolon) && peek() != Token::Newline && peek() != Token::End)
            unexpected("a ; or the end of the line");
        if (accept(Token::Newline) || peek() == Token::End) return list;
    }
}

// Up to a word such as `done`, or a ) or ;; or the end, which stay. It must have a command.
List* Parser::parse_list(const char* wanted) {
    enter();
    auto* list = arena_.make<List>();
    skip_newlines();
    if (ends_list()) unexpected(peek() == Token::End ? wanted : "a command");
    for (AndOr** end = &list->first; !ends_list(); end = &(*end)->next) {
        *end = parse_and_or();
        if (accept(Token::And))
            (*end)->background = true;
        else if (!accept(Token::Semicolon) && peek() != Token::Newline && !ends_list())
            unexpected(wanted);
        skip_newlines();
    }
    leave();
    return list;
}

char* Parser::text_since(size_t start) {
    peek();
    const char* text = source_.text() + start;
    size_t n = token_start_ - start;
    while (n && strchr(" \t", text[n - 1])) n--;
    size_t line = 0;
    while (line < n && text[line] != '\n') line++;
    return arena_.copy(text, line < kShown ? line : kShown);
}

AndOr* Parser::parse_and_or() {
    auto* item = arena_.make<AndOr>();
    peek();
    const size_t start = token_start_;
    Pipeline** end = &item->first;
    for (When when = When::Always;; end = &(*end)->next) {
        *end = parse_pipeline(when);
        if (accept(Token::AndIf))
            when = When::AfterSuccess;
        else if (accept(Token::OrIf))
            when = When::AfterFailure;
        else
            break;
        assignable_ = true;
        skip_newlines();
    }
    item->text = text_since(start);
    assignable_ = true;
    return item;
}

Pipeline* Parser::parse_pipeline(When when) {
    auto* pipeline = arena_.make<Pipeline>();
    pipeline->when = when;
    while (accept("!")) pipeline->negated = !pipeline->negated;
    for (Command** end = &pipeline->first;; end = &(*end)->next) {
        *end = parse_command();
        if (!accept(Token::Or)) return pipeline;
        assignable_ = true;
        skip_newlines();
    }
}

// ---- commands ----

Command* Parser::parse_command() {
    auto* command = arena_.make<Command>();
    assignable_ = true;
    peek();
    command->line = source_.line;
    if (parse_compound(*command))
        parse_redirects(*command);
    else
        parse_simple(*command);
    return command;
}

void Parser::parse_simple(Command& command) {
    if (ends_list()) unexpected("a command");
    Redirect** redirects = &command.redirects;
    Assignment** assignments = &command.assignments;
    Word** words = &command.words;
    while (true) {
        if (parse_redirect(redirects)) continue;
        if (peek() != Token::Word) break;
        if (!command.words && parse_assignment(command, assignments)) continue;
        Word* w = word();
        assignable_ = false;
        take();
        *words = w;
        words = &w->next;
        if (w == command.words && w->plain && !command.assignments && !command.redirects &&
            peek() == Token::Open)
            return parse_function(command, w->plain);
    }
    assignable_ = true;
    if (!command.words && !command.assignments && !command.redirects) unexpected("a command");
}

bool Parser::parse_assignment(Command&, Assignment**& end) {
    Word* w = word();
    Part* first = w->parts;
    if (!first || first->kind != PartKind::Text || first->quoted || !is_name_start(first->text[0]))
        return false;
    size_t n = 0;
    while (is_name(first->text[n])) n++;
    if (first->text[n] != '=') return false;
    auto* assignment = arena_.make<Assignment>();
    assignment->name = arena_.copy(first->text, n);
    first->text += n + 1;
    assignment->value = w;
    *end = assignment;
    end = &assignment->next;
    take();
    return true;
}

void Parser::parse_function(Command& command, const char* name) {
    take();
    if (!accept(Token::Close)) unexpected(")");
    for (const char* c = name; *c; c++) {
        if (!is_name(*c) && !strchr("-.+", *c)) syntax_error("a function needs a name");
    }
    assignable_ = true;
    skip_newlines();
    command.kind = CommandKind::Function;
    command.name = name;
    command.function = arena_.make<Command>();
    command.function->line = source_.line;
    enter();
    if (!parse_compound(*command.function)) unexpected("{");
    parse_redirects(*command.function);
    leave();
}

// ---- redirections ----

bool Parser::parse_redirect(Redirect**& end) {
    const Token token = peek();
    if (token < Token::HereStrip || token > Token::Write) return false;
    auto* redirect = arena_.make<Redirect>();
    const bool reads = token <= Token::Read;
    redirect->fd = io_number() >= 0 ? io_number() : reads ? 0 : 1;
    take();
    const bool assignable = assignable_;
    assignable_ = false;
    if (peek() != Token::Word) unexpected("a file name");
    redirect->word = word();
    switch (token) {
        case Token::Read: redirect->kind = Redirection::Read; break;
        case Token::ReadWrite: redirect->kind = Redirection::ReadWrite; break;
        case Token::Append: redirect->kind = Redirection::Append; break;
        case Token::ReadFd:
        case Token::WriteFd: redirect->kind = Redirection::Duplicate; break;
        case Token::Here:
        case Token::HereStrip:
            redirect->kind = Redirection::HereDocument;
            expect_here_document(redirect, word(), token == Token::HereStrip);
            break;
        default: redirect->kind = Redirection::Write;
    }
    assignable_ = assignable;
    take();
    *end = redirect;
    end = &redirect->next;
    return true;
}

void Parser::parse_redirects(Command& command) {
    Redirect** end = &command.redirects;
    while (parse_redirect(end)) {
    }
    if (peek() == Token::Word && !ends_list()) unexpected("a ; & | or newline");
}

// ---- commands in words ----

List* Parser::commands_to_close() {
    enter();
    const bool assignable = assignable_;
    assignable_ = true;
    auto* list = arena_.make<List>();
    skip_newlines();
    if (peek() != Token::Close) list = parse_list(")");
    if (peek() != Token::Close) unexpected(")");
    take();
    assignable_ = assignable;
    leave();
    return list;
}

List* Parser::commands_of(Source& text) {
    enter();
    Parser inner(text, arena_, depth_);
    auto* list = arena_.make<List>();
    inner.skip_newlines();
    if (inner.peek() != Token::End) list = inner.parse_list("the end of ` `");
    if (inner.peek() != Token::End) inner.unexpected("a command");
    leave();
    return list;
}

Word* Parser::expanded_text(Source& text) {
    enter();
    Parser inner(text, arena_, depth_);
    Word* w = inner.read_to_end();
    leave();
    return w;
}

}  // namespace sh
