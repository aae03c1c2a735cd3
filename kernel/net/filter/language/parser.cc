// The expressions of the grammar; primitives are in parse_primitive.cc.
#include "net/filter/language/parser.h"

namespace net::language {
namespace {

struct Operator {
    u8 level, operation;
};

// & and | bind equally, as in libpcap.
std::optional<Operator> arithmetic_operator(const Token& t) {
    constexpr struct {
        const char* sign;
        Operator meaning;
    } kOperators[] = {
        {"|", {0, BPF_OR}},   {"&", {0, BPF_AND}}, {"^", {0, BPF_XOR}}, {"<<", {1, BPF_LSH}},
        {">>", {1, BPF_RSH}}, {"+", {2, BPF_ADD}}, {"-", {2, BPF_SUB}}, {"*", {3, BPF_MUL}},
        {"/", {3, BPF_DIV}},  {"%", {3, BPF_MOD}},
    };
    for (const auto& o : kOperators) {
        if (t.is(o.sign)) return o.meaning;
    }
    return std::nullopt;
}

// A relation is one of the machine's three tests, or the opposite of one.
struct Relation {
    u8 test;
    bool opposite;
};

std::optional<Relation> relation(const Token& t) {
    if (t.is("=") || t.is("==")) return Relation{BPF_JEQ, false};
    if (t.is("!=")) return Relation{BPF_JEQ, true};
    if (t.is(">")) return Relation{BPF_JGT, false};
    if (t.is("<=")) return Relation{BPF_JGT, true};
    if (t.is(">=")) return Relation{BPF_JGE, false};
    if (t.is("<")) return Relation{BPF_JGE, true};
    return std::nullopt;
}

bool takes_ports(Type t) { return t == Type::Port || t == Type::PortRange; }
bool is_and(const Token& t) { return t.is("and") || t.is("&&"); }
bool is_or(const Token& t) { return t.is("or") || t.is("||"); }
bool is_not(const Token& t) { return t.is("not") || t.is("!"); }

}  // namespace

// A number with an identifier's place is one, unless something is calculated or compared with it. In `port
// 443 or 80` it is one; in `port 443 or 80 < len` it is not.
bool Parser::is_identifier(const Token& t) const {
    if (!inherited_) return false;
    if (t.kind == TokenKind::Word) return t.escaped || takes_ports(inherited_->type);
    const Token behind = following();
    if (inherited_->type == Type::PortRange && behind.is("-")) return true;
    if (inherited_->type == Type::Net && behind.is("/")) return true;
    return !arithmetic_operator(behind) && !relation(behind);
}

Parser::Parser(TextView text, Tree& tree, Primitives& primitives)
    : lexer_(text), next_(lexer_.next()), tree_(tree), primitives_(primitives) {}

NodeId Parser::run() {
    if (peek().kind == TokenKind::End) return tree_.always(true);
    const Operand whole = to_condition(expression());
    if (!failed() && peek().kind != TokenKind::End)
        fail(peek(), peek().fault ? peek().fault : "expected and, or or the end of the expression here");
    return failed() ? kNone : whole.node;
}

Parser::Operand Parser::expression() {
    Operand left = negation();
    while (!failed() && (is_and(peek()) || is_or(peek()))) {
        left = to_condition(left);
        const bool both = is_and(take());
        const Operand right = to_condition(negation());
        if (failed()) break;
        left.node = both ? tree_.both(left.node, right.node) : tree_.either(left.node, right.node);
        left.length = static_cast<u16>(right.at + right.length - left.at);
    }
    return left;
}

Parser::Operand Parser::negation() {
    bool inverted = false, any = false;
    for (; is_not(peek()); any = true) {
        take();
        inverted = !inverted;
    }
    Operand o = comparison();
    if (!any) return o;
    o = to_condition(o);
    if (!failed() && inverted) o.node = tree_.invert(o.node);
    return o;
}

Parser::Operand Parser::comparison() {
    const Operand left = arithmetic(0);
    if (failed()) return left;
    const auto found = relation(peek());
    if (!found) return left;
    const Token sign = take();
    inherited_.reset();
    if (!must_be_value(left)) return left;
    const Operand right = arithmetic(0);
    if (failed() || !must_be_value(right)) return left;
    NodeId holds = tree_.test(found->test, left.node, right.node);
    if (found->opposite) holds = tree_.invert(holds);
    if (right.condition != kNone) holds = tree_.both(right.condition, holds);
    if (left.condition != kNone) holds = tree_.both(left.condition, holds);
    Operand o = condition(holds, sign);
    o.at = left.at;
    o.length = static_cast<u16>(right.at + right.length - left.at);
    return o;
}

Parser::Operand Parser::arithmetic(u32 level) {
    Operand left = unary();
    while (!failed()) {
        const auto found = arithmetic_operator(peek());
        if (!found || found->level < level) break;
        const Token sign = take();
        inherited_.reset();
        if (!must_be_value(left)) break;
        const Operand right = arithmetic(found->level + 1);
        if (failed() || !must_be_value(right)) break;
        left = combine(found->operation, left, right, sign);
    }
    return left;
}

Parser::Operand Parser::combine(u8 operation, const Operand& left, const Operand& right, const Token& sign) {
    Operand o = left;
    o.length = static_cast<u16>(right.at + right.length - left.at);
    if (right.condition != kNone)
        o.condition = left.condition == kNone ? right.condition : tree_.both(left.condition, right.condition);
    const bool divides = operation == BPF_DIV || operation == BPF_MOD;
    const bool shifts = operation == BPF_LSH || operation == BPF_RSH;
    if (tree_.is_constant(right.node)) {
        if (divides && tree_[right.node].value == 0) return o.node = fail(sign, "division by zero"), o;
        if (shifts && tree_[right.node].value > 31)
            return o.node = fail(sign, "shift by more than 31 bits"), o;
    }
    o.node = tree_.binary(operation, left.node, right.node);
    return o;
}

Parser::Operand Parser::unary() {
    if (!peek().is("-")) return primary();
    const Token sign = take();
    bool negative = true;
    for (; peek().is("-"); take()) negative = !negative;
    Operand o = primary();
    if (failed() || !must_be_value(o)) return o;
    if (negative) o.node = tree_.negate(o.node);
    o.length = static_cast<u16>(o.at + o.length - sign.at);
    o.at = sign.at;
    return o;
}

Parser::Operand Parser::primary() {
    const Token t = peek();
    switch (t.kind) {
        case TokenKind::Number:
            if (is_identifier(t)) return inherited();
            return take(), value(tree_.constant(t.value), t);
        case TokenKind::Address:
        case TokenKind::Mac: return inherited();
        case TokenKind::Word: return word();
        case TokenKind::Sign:
            if (t.is("(")) return parentheses();
            break;
        case TokenKind::Bad:
        case TokenKind::End: break;
    }
    const bool end = t.kind == TokenKind::End;
    fail(t, t.fault ? t.fault
            : end   ? "the expression ends too early"
                    : "expected a primitive such as tcp port 80 here");
    return {};
}

// What is inside is an expression of any kind. A qualifier in it is not inherited by what is behind it.
Parser::Operand Parser::parentheses() {
    const Token open = take();
    if (++depth_ > kMaxDepth) return fail(open, "too deeply nested"), Operand{};
    const auto before = inherited_;
    Operand o = expression();
    inherited_ = before;
    depth_--;
    if (failed()) return o;
    const Token close = peek();
    if (!expect(")", "expected ) here")) return o;
    o.length = static_cast<u16>(close.at + close.length - open.at);
    o.at = open.at;
    return o;
}

// protocol[index] or protocol[index:size]
Parser::Operand Parser::bytes(Protocol p) {
    const Token name = take();
    take();  // [
    inherited_.reset();
    if (++depth_ > kMaxDepth) return fail(name, "too deeply nested"), Operand{};
    const Token first = peek();
    const Operand index = arithmetic(0);
    depth_--;
    if (failed() || !must_be_value(index)) return index;
    if (tree_.is_constant(index.node) && tree_[index.node].value > 0xffff)
        return fail(first, "an offset is 0 to 65535"), index;
    u32 size = 1;
    if (take_if(":")) {
        const Token t = peek();
        const auto given = number("expected a size: 1, 2 or 4");
        if (failed()) return index;
        if (*given != 1 && *given != 2 && *given != 4) return fail(t, "a size is 1, 2 or 4"), index;
        size = *given;
    }
    const Token close = peek();
    if (!expect("]", "expected ] here")) return index;
    NodeId exists = kNone;
    const u8 code = size == 1 ? BPF_B : size == 2 ? BPF_H : BPF_W;
    const NodeId node = checked(primitives_.load(p, code, index.node, exists), name);
    if (index.condition != kNone) exists = tree_.both(index.condition, exists);
    Operand o = value(node, name, exists);
    o.length = static_cast<u16>(close.at + close.length - name.at);
    return o;
}

}  // namespace net::language
