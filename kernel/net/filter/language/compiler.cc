#include "net/filter/language/compiler.h"

#include "net/filter/language/parser.h"

namespace net::language {

bool Compiler::fail(const char* why, u16 at, u16 length) {
    fault_ = {why, at, length};
    return false;
}

bool Compiler::compile(TextView expression, const Options& options) {
    fault_ = {};
    program_ = {};
    if (expression.size() > kMaxLength) return fail("the expression has more than 4096 characters");
    const u16 whole = static_cast<u16>(expression.size());
    tree_.clear();
    Primitives primitives(tree_, options.link, options.netmask);
    Parser parser(expression, tree_, primitives);
    const NodeId condition = parser.run();
    fault_ = parser.fault();
    if (!fault_.ok()) return false;
    if (tree_.full() || !graph_.build(tree_, condition) || !optimiser_.run(tree_, graph_))
        return fail("the expression is too long or too deeply nested", 0, whole);
    if (graph_.entry() == kReject) return fail("this matches no packet", 0, whole);
    program_ = emitter_.run(room_);
    return !program_.empty() || fail("the program has more than 340 instructions", 0, whole);
}

void print_fault(TextSink out, TextView expression, const Fault& fault) {
    for (const char c : expression) format(out, "%c", c == '\n' || c == '\t' || c == '\r' ? ' ' : c);
    format(out, "\n%*s", fault.at, "");
    for (u16 i = 0; i < (fault.length ? fault.length : 1); i++) format(out, "^");
    format(out, " %s\n", fault.message);
}

}  // namespace net::language
