// Splits an expression into tokens. Copying a lexer is cheap: that is how the parser looks ahead.
#pragma once

#include "net/filter/language/token.h"

namespace net::language {

class Lexer {
  public:
    explicit Lexer(TextView text) : text_(text) {}

    Token next();

  private:
    Token take(TokenKind kind, usize length) const;
    Token bad(usize length, const char* fault) const;
    Token digits();
    Token number(TextView text) const;
    Token address(TextView text) const;
    TextView rest() const { return text_.substr(at_); }

    TextView text_;
    usize at_ = 0;
};

}  // namespace net::language
