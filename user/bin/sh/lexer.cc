#include "lexer.h"

#include "shell.h"

namespace sh {

namespace {

constexpr const char* kOperators[] = {"<<-", "<<", "<&", "<>", "<",  ">>", ">&", ">|", ">",
                                      "&&",  "&",  "||", "|",  ";;", ";",  "(",  ")"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool is_name_start(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name(char c) { return is_name_start(c) || is_digit(c); }

const char* name_of(Token token) {
    if (token == Token::End) return "the end of the input";
    if (token == Token::Newline) return "the end of the line";
    if (token < Token::HereStrip) return "a word";
    return kOperators[static_cast<int>(token) - static_cast<int>(Token::HereStrip)];
}

void Lexer::syntax_error(const char* what) {
    shell.line = source_.line;
    shell.status = kMisused;
    fail("syntax error: %s", what);
}

void Lexer::enter() {
    if (++depth_ > kMostNested) syntax_error("too many constructs in each other");
}

// The next character, after joining lines that end with a backslash.
char Lexer::look() {
    while (source_.look() == '\\' && source_.look(1) == '\n') {
        source_.at += 2;
        source_.line++;
    }
    return source_.look();
}

char Lexer::next() {
    const char c = look();
    if (c) source_.at++;
    if (c == '\n') source_.line++;
    return c;
}

bool Lexer::accept(char c) {
    if (look() != c) return false;
    next();
    return true;
}

void Lexer::skip_blanks() {
    while (look() == ' ' || look() == '\t' || look() == '\r') next();
    if (look() != '#') return;
    while (source_.look() && source_.look() != '\n') source_.at++;
}

Token Lexer::peek() {
    if (token_ == Token::None) {
        const Token token = scan();
        token_ = token;
    }
    return token_;
}

Token Lexer::scan() {
    skip_blanks();
    token_start_ = source_.at;
    io_number_ = -1;
    const char c = look();
    if (!c) {
        read_here_documents();
        return Token::End;
    }
    if (c == '\n') {
        next();
        read_here_documents();
        return Token::Newline;
    }
    if (strchr("<>|&;()", c)) return operator_token();
    if (read_number()) return operator_token();
    word_ = read_word(Until::WordEnd, false);
    return Token::Word;
}

Token Lexer::operator_token() {
    for (size_t i = 0; i < sizeof kOperators / sizeof *kOperators; i++) {
        const char* text = kOperators[i];
        size_t n = 0;
        while (text[n] && source_.look(n) == text[n]) n++;
        if (text[n]) continue;
        source_.at += n;
        return static_cast<Token>(static_cast<size_t>(Token::HereStrip) + i);
    }
    return Token::None;
}

// The number in front of < or >; false if there is none.
bool Lexer::read_number() {
    size_t n = 0;
    int number = 0;
    for (; is_digit(source_.look(n)) && n < 4; n++) number = 10 * number + source_.look(n) - '0';
    const char behind = source_.look(n);
    if (n == 0 || (behind != '<' && behind != '>')) return false;
    source_.at += n;
    io_number_ = number;
    return true;
}

// ---- here-documents: they follow the line of the operator ----

void Lexer::expect_here_document(Redirect* redirect, Word* delimiter, bool strip) {
    Text text(arena_);
    bool quoted = false;
    for (const Part* p = delimiter->parts; p; p = p->next) {
        if (p->kind != PartKind::Text) syntax_error("the word after << must be without $ and `");
        text.add(p->text);
        quoted |= p->quoted;
    }
    auto* here = arena_.make<Here>();
    *here = {redirect, text.c_str(), strip, quoted, nullptr};
    Here** end = &here_;
    while (*end) end = &(*end)->next;
    *end = here;
}

void Lexer::read_here_documents() {
    while (here_) {
        const Here& here = *here_;
        here_ = here.next;
        read_here_document(here);
    }
}

bool Lexer::next_line(Text& line) {
    line.cut(0);
    while (const char c = source_.look()) {
        source_.at++;
        line.add(c);
        if (c != '\n') continue;
        source_.line++;
        break;
    }
    return line.size() > 0;
}

void Lexer::read_here_document(const Here& here) {
    const int first = source_.line;
    Text body(arena_), line(arena_);
    while (next_line(line)) {
        const char* text = line.c_str();
        if (here.strip) text += strspn(text, "\t");
        const size_t n = strcspn(text, "\n");
        if (n == strlen(here.delimiter) && memcmp(text, here.delimiter, n) == 0) break;
        body.add(text);
    }
    Word*& word = here.redirect->word;
    if (here.quoted) {
        auto* part = arena_.make<Part>();
        part->kind = PartKind::Text;
        part->quoted = true;
        part->text = body.c_str();
        word = arena_.make<Word>();
        word->parts = part;
        return;
    }
    Source text(body.c_str(), body.size(), first);
    word = expanded_text(text);
}

}  // namespace sh
