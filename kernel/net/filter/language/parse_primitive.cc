// The primitives of the grammar, and the helpers of all levels.
#include "net/filter/language/parser.h"

namespace net::language {

// --- words

Parser::Operand Parser::word() {
    const Token t = peek();
    if (!t.escaped) {
        if (const auto constant = find_constant(t.text)) return take(), value(tree_.constant(*constant), t);
        if (t.is("len") || t.is("length")) return take(), value(tree_.length(), t);
        if (find_direction(t.text) || find_type(t.text)) return qualified({}, t);
        if (const auto p = find_protocol(t.text)) {
            if (following().is("[")) return bytes(*p);
            take();
            return qualified({*p}, t);
        }
        if (t.is("broadcast") || t.is("multicast") || t.is("less") || t.is("greater") || t.is("vlan"))
            return other();
    }
    if (is_identifier(t)) return inherited();
    fail(t, "this word is not known here");
    return {};
}

// A qualifier, of which the protocol, `from`, has been read, and what it applies to; or the protocol alone.
Parser::Operand Parser::qualified(Qualifier q, const Token& from) {
    const Token first = peek();
    if (first.is("broadcast") || first.is("multicast")) {
        take();
        inherited_.reset();
        const NodeId node =
            first.is("broadcast") ? primitives_.broadcast(q.protocol) : primitives_.multicast(q.protocol);
        return condition(checked(node, first), first);
    }
    const bool qualifies = first.kind == TokenKind::Word && !first.escaped &&
                           (find_direction(first.text) || find_type(first.text));
    if (!qualifies) {
        inherited_.reset();
        return condition(checked(primitives_.protocol(q.protocol), from), from);
    }
    return identifiers(rest_of(q));
}

// src, dst, src or dst, src and dst
Direction Parser::direction() {
    const Direction first = *find_direction(take().text);
    const Token joint = peek(), second = following();
    const auto other = second.kind == TokenKind::Word ? find_direction(second.text) : std::nullopt;
    if (!other || *other == first || !(joint.is("or") || joint.is("and"))) return first;
    take();
    take();
    return joint.is("or") ? Direction::Either : Direction::Both;
}

Qualifier Parser::rest_of(Qualifier q) {
    if (find_direction(peek().text)) q.direction = direction();
    const auto type =
        peek().kind == TokenKind::Word && !peek().escaped ? find_type(peek().text) : std::nullopt;
    if (type) {
        q.type = *type;
        take();
    }
    return q;
}

// One identifier, or several in parentheses: host (a or b).
Parser::Operand Parser::identifiers(const Qualifier& q) {
    bool inverted = false;
    for (; peek().is("not") || peek().is("!"); take()) inverted = !inverted;
    inherited_ = q;
    const Token first = peek();
    Operand o = first.is("(") ? to_condition(parentheses()) : condition(identifier(q), first);
    inherited_ = q;
    if (!failed() && inverted) o.node = tree_.invert(o.node);
    return o;
}

Parser::Operand Parser::inherited() {
    if (inherited_) return identifiers(*inherited_);
    fail(peek(), "say what this is: host, net, port, proto, ...");
    return {};
}

NodeId Parser::identifier(const Qualifier& q) {
    if (peek().kind == TokenKind::Bad) return fail(peek(), peek().fault);
    switch (q.type) {
        case Type::Port:
        case Type::PortRange: return port(q);
        case Type::Proto: return protocol(q);
        default: return address(q);
    }
}

// --- identifiers

// A number is a network's first byte: net 10. A host may be given as a number, too.
NodeId Parser::address(const Qualifier& q) {
    const Token t = take();
    if (t.kind == TokenKind::Mac) return checked(primitives_.station(q, t.mac), t);
    if (t.kind != TokenKind::Address && t.kind != TokenKind::Number)
        return fail(t, t.fault ? t.fault : "expected an address here; names are not looked up");
    const bool is_net = q.type == Type::Net;
    u32 value = t.value, mask = t.bits ? ~u32{0} << (32 - t.bits) : ~u32{0};
    for (; t.kind == TokenKind::Number && is_net && value && !(value >> 24); mask <<= 8) value <<= 8;
    const Token behind = peek();
    if (behind.is("/") || behind.is("mask")) {
        if (!is_net) return fail(behind, "a mask belongs to net");
        take();
        const Token given = take();
        const bool length = behind.is("/");
        if (given.kind != (length ? TokenKind::Number : TokenKind::Address))
            return fail(given, length ? "expected a length from 0 to 32 here"
                                      : "expected a mask such as 255.255.255.0 here");
        if (length && given.value > 32) return fail(given, "a network's length is at most 32");
        mask = !length ? given.value : given.value ? ~u32{0} << (32 - given.value) : 0;
    }
    return checked(primitives_.host(q, value, mask), t);
}

NodeId Parser::port(const Qualifier& q) {
    const Token t = peek();
    const auto first = port_number();
    if (!first) return kNone;
    auto last = first;
    if (q.type == Type::PortRange && take_if("-")) last = port_number();
    return last ? checked(primitives_.ports(q, *first, *last), t) : kNone;
}

std::optional<u32> Parser::port_number() {
    const Token t = take();
    if (t.kind == TokenKind::Number) return t.value;
    if (t.kind == TokenKind::Word) {
        if (const auto found = find_port(t.text)) return found;
        fail(t, "the number of this port is not known: give the number");
    } else {
        fail(t, t.fault ? t.fault : "expected a port here");
    }
    return std::nullopt;
}

NodeId Parser::protocol(const Qualifier& q) {
    const Token t = take();
    if (t.kind == TokenKind::Number) return checked(primitives_.number(q, t.value), t);
    const auto named = t.kind == TokenKind::Word ? find_protocol(t.text) : std::nullopt;
    if (!named) return fail(t, t.fault ? t.fault : "expected a protocol's number or name here");
    return checked(primitives_.named(q, *named), t);
}

// broadcast, multicast, less N, greater N, vlan, vlan N
Parser::Operand Parser::other() {
    if (peek().is("broadcast") || peek().is("multicast")) return qualified({}, peek());
    const Token t = take();
    inherited_.reset();
    if (t.is("vlan")) {
        std::optional<u32> id;
        const Token given = peek();
        if (given.kind == TokenKind::Number) id = take().value;
        return condition(checked(primitives_.vlan(id), id ? given : t), t);
    }
    const auto bound = number("expected a length here");
    if (failed()) return {};
    const NodeId limit = tree_.constant(*bound);
    // less and greater include the length itself.
    if (t.is("greater")) return condition(tree_.test(BPF_JGE, tree_.length(), limit), t);
    return condition(tree_.invert(tree_.test(BPF_JGT, tree_.length(), limit)), t);
}

// --- helpers

Parser::Operand Parser::condition(NodeId node, const Token& from) {
    Operand o = value(node, from);
    o.is_condition = true;
    return o;
}

Parser::Operand Parser::value(NodeId node, const Token& from, NodeId exists) {
    Operand o;
    o.node = node;
    o.condition = exists;
    o.at = from.at;
    o.length = from.length;
    return o;
}

Parser::Operand Parser::to_condition(Operand o) {
    if (failed() || o.is_condition) return o;
    Token t;
    t.at = o.at;
    t.length = o.length;
    fail(t, "this is a value: compare it, or say what it is (port, host, ...)");
    return o;
}

bool Parser::must_be_value(const Operand& o) {
    if (!o.is_condition) return true;
    Token t;
    t.at = o.at;
    t.length = o.length;
    fail(t, "this is a condition: it has no value to calculate or compare with");
    return false;
}

std::optional<u32> Parser::number(const char* otherwise) {
    const Token t = take();
    if (t.kind == TokenKind::Number) return t.value;
    fail(t, t.fault ? t.fault : otherwise);
    return std::nullopt;
}

NodeId Parser::fail(const Token& at, const char* why) {
    if (fault_.ok()) fault_ = {why, at.at, at.length};
    return kNone;
}

NodeId Parser::checked(NodeId node, const Token& at) {
    if (node == kNone && primitives_.fault()) return fail(at, primitives_.fault());
    if (tree_.full()) return fail(at, "the expression is too long or too deeply nested");
    return node;
}

Token Parser::following() const {
    Lexer ahead = lexer_;
    return ahead.next();
}

Token Parser::take() {
    const Token t = next_;
    next_ = lexer_.next();
    return t;
}

bool Parser::take_if(TextView sign) {
    if (!peek().is(sign)) return false;
    take();
    return true;
}

bool Parser::expect(TextView sign, const char* otherwise) {
    if (take_if(sign)) return true;
    fail(peek(), peek().fault ? peek().fault : otherwise);
    return false;
}

}  // namespace net::language
