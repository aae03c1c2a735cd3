// Splits an expression into tokens. Copying a lexer is cheap: that is how the parser looks ahead.
#pragma once

#include "net/filter/language/token.h"

namespace net::language {

class Lexer {
  public:
    static constexpr usize kMaxLength = 4096;

    explicit Lexer(std::string_view text) : text_(text) {}

    Token next();

  private:
    Token take(TokenKind kind, usize length) const;
    Token bad(usize length, const char* fault) const;
    Token digits();
    Token number(std::string_view text) const;
    Token address(std::string_view text) const;
    std::string_view rest() const { return text_.substr(at_); }

    std::string_view text_;
    usize at_ = 0;
};

}  // namespace net::language
