// The parser: one function for each level of the grammar, by recursive descent.
//
//   expression  = negation { ("and" | "or") negation }      both bind equally and to the left, as in libpcap
//   negation    = { "not" } comparison
//   comparison  = arithmetic [ relation arithmetic ]
//   arithmetic  = unary, with | & ^ below << >> below + - below * / %
//   unary       = { "-" } primary
//   primary     = NUMBER | constant | "len" | protocol "[" arithmetic [ ":" size ] "]" | "(" expression ")"
//               | qualifier identifier | protocol | "broadcast" | "vlan" [ number ] | ...
//
// A value and a condition can both be in parentheses, so each level returns either. An identifier without a
// qualifier, "80" in "port 443 or 80", takes that of the primitive before it.
#pragma once

#include "net/filter/language/fault.h"
#include "net/filter/language/lexer.h"
#include "net/filter/language/primitives.h"

namespace net::language {

class Parser {
  public:
    Parser(TextView text, Tree& tree, Primitives& primitives);

    // The condition of a whole expression; an empty one is always true. kNone: fault() says why.
    NodeId run();
    const Fault& fault() const { return fault_; }

  private:
    // Each nesting is several calls deep, and each call takes about 100 bytes of the stack.
    static constexpr u32 kMaxDepth = 32;

    struct Operand {
        NodeId node = kNone;
        NodeId condition = kNone;  // of a value: when it exists. kNone: always
        bool is_condition = false;
        u16 at = 0, length = 0;
    };

    // The grammar
    Operand expression();
    Operand negation();
    Operand comparison();
    Operand arithmetic(u32 level);
    Operand unary();
    Operand primary();
    Operand parentheses();
    Operand word();
    Operand bytes(Protocol p);

    // Primitives
    Operand qualified(Qualifier q, const Token& from);
    Operand identifiers(const Qualifier& q);
    NodeId identifier(const Qualifier& q);
    NodeId address(const Qualifier& q);
    NodeId port(const Qualifier& q);
    NodeId protocol(const Qualifier& q);
    Operand other();
    Operand inherited();
    Qualifier rest_of(Qualifier q);
    Direction direction();

    // Helpers
    Operand condition(NodeId node, const Token& from);
    Operand value(NodeId node, const Token& from, NodeId condition = kNone);
    Operand combine(u8 operation, const Operand& left, const Operand& right, const Token& sign);
    Operand to_condition(Operand o);
    bool must_be_value(const Operand& o);
    bool is_identifier(const Token& t) const;
    std::optional<u32> number(const char* otherwise);
    std::optional<u32> port_number();

    bool failed() const { return !fault_.ok(); }
    NodeId fail(const Token& at, const char* why);
    NodeId checked(NodeId node, const Token& at);
    Token peek() const { return next_; }
    Token following() const;  // the token after the next one
    Token take();
    bool take_if(TextView sign);
    bool expect(TextView sign, const char* otherwise);

    Lexer lexer_;
    Token next_;
    Tree& tree_;
    Primitives& primitives_;
    std::optional<Qualifier> inherited_;
    u32 depth_ = 0;
    Fault fault_;
};

}  // namespace net::language
