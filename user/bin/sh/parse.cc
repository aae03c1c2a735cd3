// Recursive descent: one function for each rule of the grammar in parse.h. The first error is reported and
// ends the parsing.
#include "parse.h"

#include <new>

#include "lib/string.h"

namespace sh {

void* Arena::take(usize n) {
    n = (n + 7) & ~usize{7};
    if (n > sizeof bytes_ - used_) return nullptr;
    void* p = bytes_ + used_;
    used_ += n;
    return p;
}

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool is_operator(char c) { return c && memchr("<>|&;()\n", c, 8); }
bool ends_word(char c) { return c == '\0' || is_blank(c) || is_operator(c); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Parser {
  public:
    Parser(const char* text, Arena& arena) : at_(text), arena_(arena) {}

    Parsed run() {
        List* list = parse_list(0);
        if (!error_ && peek() == ')') fail(") without (");
        return error_ ? Parsed{nullptr, error_} : Parsed{list, nullptr};
    }

  private:
    void fail(const char* why) {
        if (!error_) error_ = why;
    }

    // The next character that is no blank or comment. After an error it is the end of the text, so that every
    // rule stops.
    char peek() {
        if (error_) return '\0';
        while (is_blank(*at_)) at_++;
        if (*at_ == '#') {
            while (*at_ && *at_ != '\n') at_++;
        }
        return *at_;
    }

    bool accept(const char* symbol) {
        peek();
        const usize n = strlen(symbol);
        if (error_ || strncmp(at_, symbol, n) != 0) return false;
        at_ += n;
        return true;
    }

    template <class T>
    T* make() {
        static T none;  // after an error nobody reads the result
        auto* p = static_cast<T*>(arena_.take(sizeof(T)));
        if (!p) fail("the line is too long");
        return p ? new (p) T{} : &(none = T{});
    }

    List* parse_list(int depth) {
        auto* list = make<List>();
        AndOr** end = &list->first;
        for (;;) {
            while (accept("\n")) {
            }
            const char c = peek();
            if (c == '\0' || c == ')') return list;
            *end = parse_and_or(depth);
            if (error_) return list;
            if (!end_of_and_or(**end)) return list;
            end = &(*end)->next;
        }
    }

    // Takes the separator after an and_or; false at the end of the list.
    bool end_of_and_or(AndOr& item) {
        if (accept(";") || accept("\n")) return true;
        if (accept("&")) return item.background = true;
        if (peek() != '\0' && peek() != ')') fail("a ; & or | is missing between two commands");
        return false;
    }

    AndOr* parse_and_or(int depth) {
        auto* item = make<AndOr>();
        Pipeline** end = &item->first;
        for (When when = When::Always;;) {
            *end = parse_pipeline(when, depth);
            if (accept("&&"))
                when = When::AfterSuccess;
            else if (accept("||"))
                when = When::AfterFailure;
            else
                return item;
            end = &(*end)->next;
        }
    }

    Pipeline* parse_pipeline(When when, int depth) {
        auto* pipeline = make<Pipeline>();
        pipeline->when = when;
        Command** end = &pipeline->first;
        for (int n = 1;; n++) {
            if (n > kMaxCommands) fail("too many commands in one pipeline");
            *end = parse_command(depth);
            end = &(*end)->next;
            peek();
            if (error_ || at_[0] != '|' || at_[1] == '|') return pipeline;
            at_++;
        }
    }

    Command* parse_command(int depth) {
        auto* command = make<Command>();
        if (accept("(")) {
            if (depth == kMaxDepth) fail("( ) are nested too deeply");
            if (error_) return command;
            command->group = parse_list(depth + 1);
            if (!accept(")")) fail("( without )");
            if (!error_ && !command->group->first) fail("no command in ( )");
        }
        parse_words(*command);
        if (!error_ && command->argc == 0 && !command->group) fail("a command is missing");
        return command;
    }

    void parse_words(Command& command) {
        char* words[kMaxWords + 1] = {};
        Redirect** end = &command.redirects;
        while (peek() != '\0') {
            if (starts_redirect()) {
                *end = parse_redirect();
                end = &(*end)->next;
            } else if (is_operator(*at_)) {
                break;
            } else if (command.group) {
                return fail("a word after ): a ; & or | is missing");
            } else if (command.argc == kMaxWords) {
                return fail("too many words in one command");
            } else {
                words[command.argc++] = parse_word();
            }
        }
        const usize size = sizeof(char*) * (static_cast<usize>(command.argc) + 1);
        command.argv = static_cast<char**>(arena_.take(size));
        if (!command.argv) return fail("the line is too long");
        memcpy(command.argv, words, size);
    }

    bool starts_redirect() const {
        const char* p = is_digit(*at_) ? at_ + 1 : at_;
        return *p == '<' || *p == '>';
    }

    Redirect* parse_redirect() {
        auto* redirect = make<Redirect>();
        const int given = is_digit(*at_) ? *at_++ - '0' : -1;
        redirect->kind = accept("<")    ? Redirection::Input
                         : accept(">>") ? Redirection::Append
                                        : Redirection::Output;
        if (redirect->kind == Redirection::Output) accept(">");
        redirect->fd = given >= 0 ? given : redirect->kind == Redirection::Input ? 0 : 1;
        if (ends_word(peek()))
            fail("a file name is missing after < or >");
        else
            redirect->path = parse_word();
        return redirect;
    }

    // The word is stored without its quotes, so it is never longer than its text.
    char* parse_word() {
        const char* end = at_;
        for (char quote = 0; *end && (quote || !ends_word(*end)); end++) {
            if (*end == '\\' && quote != '\'' && end[1])
                end++;
            else if (*end == quote)
                quote = 0;
            else if (!quote && (*end == '\'' || *end == '"'))
                quote = *end;
        }
        auto* word = static_cast<char*>(arena_.take(static_cast<usize>(end - at_) + 1));
        if (!word) {
            fail("the line is too long");
            return nullptr;
        }
        *unquote(word, end) = '\0';
        return word;
    }

    // Copies at_..end to `to` without quotes; returns the end of the copy.
    char* unquote(char* to, const char* end) {
        char quote = 0;
        for (; at_ < end; at_++) {
            if (*at_ == quote)
                quote = 0;
            else if (quote == '\'')
                *to++ = *at_;
            else if (*at_ == '\\' && at_ + 1 < end)
                *to++ = *++at_;
            else if (at_[0] == '$' && at_[1] == '?' && at_ + 1 < end)
                at_++, *to++ = kStatusMark;
            else if (!quote && (*at_ == '\'' || *at_ == '"'))
                quote = *at_;
            else
                *to++ = *at_;
        }
        if (quote) fail(quote == '"' ? "\" without a second \"" : "' without a second '");
        return to;
    }

    const char* at_;
    Arena& arena_;
    const char* error_ = nullptr;
};

}  // namespace

Parsed parse(const char* text, Arena& arena) {
    arena.reset();
    return Parser(text, arena).run();
}

}  // namespace sh
