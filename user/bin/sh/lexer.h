// Tokens and words (POSIX, XCU 2.2, 2.3).
#pragma once

#include "input.h"
#include "tree.h"
#include "word.h"

namespace sh {

enum class Token : unsigned char {
    None,
    End,
    Newline,
    Word,
    // In the order of kOperators in lexer.cc.
    HereStrip,
    Here,
    ReadFd,
    ReadWrite,
    Read,
    Append,
    WriteFd,
    Clobber,
    Write,
    AndIf,
    And,
    OrIf,
    Or,
    CaseEnd,
    Semicolon,
    Open,
    Close,
};
const char* name_of(Token token);

constexpr int kMostNested = 100;  // constructs in constructs: the parser is recursive

class Lexer {
  public:
    Lexer(Source& source, Arena& arena, int depth) : source_(source), arena_(arena), depth_(depth) {}

  protected:
    struct Here {  // a here-document whose text follows
        Redirect* redirect;
        const char* delimiter;
        bool strip, quoted;
        Here* next;
    };

    Token peek();  // the next token, which stays
    void take() { token_ = Token::None; }
    Word* word() const { return word_; }          // of Token::Word
    int io_number() const { return io_number_; }  // of a redirection; -1: none was given
    void expect_here_document(Redirect* redirect, Word* delimiter, bool strip);
    [[noreturn]] void syntax_error(const char* what);
    void enter();
    void leave() { depth_--; }
    virtual List* commands_to_close() = 0;          // of $( up to ), which is consumed
    virtual List* commands_of(Source& text) = 0;    // all, of ` `
    virtual Word* expanded_text(Source& text) = 0;  // of a here-document
    Word* read_to_end() { return read_word(Until::End, true); }
    Here* swap_here(Here* other) {
        Here* old = here_;
        here_ = other;
        return old;
    }

    Source& source_;
    Arena& arena_;
    int depth_;
    size_t token_start_ = 0;  // in the source
    bool assignable_ = true;  // the next word may be an assignment

  private:
    friend class WordBuilder;
    enum class Until : unsigned char { WordEnd, Quote, Brace, Parentheses, End };

    Token scan();
    Token operator_token();
    void skip_blanks();
    char look();
    char next();
    bool accept(char c);
    bool read_number();

    Word* read_word(Until until, bool quoted);
    void read_parts(class WordBuilder& to, Until until, bool quoted);
    bool ends(Until until, char c, int& open);
    void read_tilde(WordBuilder& to, Until until);
    void read_single_quoted(WordBuilder& to);
    void read_double_quoted(WordBuilder& to, bool quoted);
    void read_backslash(WordBuilder& to, Until until, bool quoted);
    void read_dollar(WordBuilder& to, bool quoted);
    void read_braces(WordBuilder& to, bool quoted);
    void read_operator(Part& part);
    const char* read_name();
    bool read_arithmetic(WordBuilder& to, bool quoted);
    void read_backquoted(WordBuilder& to, bool quoted);
    void read_here_documents();
    void read_here_document(const Here& here);
    bool next_line(Text& line);

    Token token_ = Token::None;
    Word* word_ = nullptr;
    int io_number_ = -1;
    Here* here_ = nullptr;
};

}  // namespace sh
