#include "net/filter/language/tree.h"

#include <bit>
#include <utility>

namespace net::language {
namespace {

bool is_commutative(u8 operation) {
    switch (operation) {
        case BPF_ADD:
        case BPF_MUL:
        case BPF_AND:
        case BPF_OR:
        case BPF_XOR: return true;
        default: return false;
    }
}

}  // namespace

u32 calculate(u8 operation, u32 a, u32 b) {
    switch (operation) {
        case BPF_ADD: return a + b;
        case BPF_SUB: return a - b;
        case BPF_MUL: return a * b;
        case BPF_DIV: return a / b;
        case BPF_MOD: return a % b;
        case BPF_AND: return a & b;
        case BPF_OR: return a | b;
        case BPF_XOR: return a ^ b;
        case BPF_LSH: return a << b;
        default: return a >> b;  // BPF_RSH
    }
}

bool compare(u8 operation, u32 a, u32 b) {
    switch (operation) {
        case BPF_JEQ: return a == b;
        case BPF_JGT: return a > b;
        case BPF_JGE: return a >= b;
        default: return a & b;  // BPF_JSET
    }
}

void Tree::clear() {
    size_ = 1;
    full_ = false;
}

NodeId Tree::add(Node node) {
    for (usize i = 1; i < size_; i++) {
        if (nodes_[i] == node) return static_cast<NodeId>(i);
    }
    full_ |= size_ == kMaxNodes || node.height > kMaxHeight;
    if (full_) return kNone;
    nodes_[size_] = node;
    return static_cast<NodeId>(size_++);
}

u8 Tree::above(NodeId a, NodeId b) {
    const u8 x = nodes_[a].height, y = nodes_[b].height;
    return static_cast<u8>((x > y ? x : y) + 1);
}

NodeId Tree::constant(u32 value) { return add({.kind = NodeKind::Constant, .value = value}); }
NodeId Tree::length() { return add({.kind = NodeKind::Length}); }
NodeId Tree::header_length(u32 at) {
    return add({.kind = NodeKind::HeaderLength, .needs_x = true, .value = at});
}

NodeId Tree::load(u8 size, u32 at, NodeId index, NodeId header) {
    if (index != kNone && is_constant(index)) return load(size, at + nodes_[index].value, kNone, header);
    Node n{.kind = NodeKind::Load, .operation = size, .left = index, .right = header, .value = at};
    n.height = above(index);
    n.needs_x = index != kNone || header != kNone;
    return add(n);
}

NodeId Tree::negate(NodeId value) {
    if (is_constant(value)) return constant(0 - nodes_[value].value);
    return add(
        {.kind = NodeKind::Negate, .height = above(value), .needs_x = nodes_[value].needs_x, .left = value});
}

NodeId Tree::binary(u8 operation, NodeId left, NodeId right) {
    if (is_constant(left) && is_constant(right))
        return constant(calculate(operation, nodes_[left].value, nodes_[right].value));
    if (is_constant(left) && is_commutative(operation)) std::swap(left, right);
    Node n{.kind = NodeKind::Binary, .operation = operation, .left = left, .right = right};
    n.height = above(left, right);
    n.needs_x = nodes_[left].needs_x || !is_constant(right);
    return add(n);
}

NodeId Tree::always(bool value) { return add({.kind = NodeKind::Always, .value = value}); }

NodeId Tree::invert(NodeId condition) {
    const Node n = nodes_[condition];
    if (n.kind == NodeKind::Not) return n.left;
    if (n.kind == NodeKind::Always) return always(!n.value);
    return add({.kind = NodeKind::Not, .left = condition});
}

NodeId Tree::join(NodeKind kind, NodeId a, NodeId b) {
    // Of a constant and a condition, one is the result. `b` must stay if `a` decides nothing.
    const bool neutral = kind == NodeKind::And;
    if (nodes_[a].kind == NodeKind::Always) return (nodes_[a].value != 0) == neutral ? b : a;
    if (nodes_[b].kind == NodeKind::Always && (nodes_[b].value != 0) == neutral) return a;
    return add({.kind = kind, .left = a, .right = b});
}

NodeId Tree::both(NodeId a, NodeId b) { return join(NodeKind::And, a, b); }
NodeId Tree::either(NodeId a, NodeId b) { return join(NodeKind::Or, a, b); }

NodeId Tree::test(u8 operation, NodeId left, NodeId right) {
    if (is_constant(left) && is_constant(right))
        return always(compare(operation, nodes_[left].value, nodes_[right].value));
    if (is_constant(right)) return test_constant(operation, left, right);
    if (!is_constant(left))
        return add({.kind = NodeKind::Test, .operation = operation, .left = left, .right = right});
    // A constant is always on the right: c > x is not x >= c.
    if (operation == BPF_JEQ) return test_constant(operation, right, left);
    return invert(test_constant(operation == BPF_JGT ? BPF_JGE : BPF_JGT, right, left));
}

// (x & mask) == 0 is what the machine has an instruction for. So is (x & bit) == bit.
NodeId Tree::test_constant(u8 operation, NodeId left, NodeId right) {
    const Node masked = nodes_[left];
    const u32 value = nodes_[right].value;
    if (operation == BPF_JEQ && masked.kind == NodeKind::Binary && masked.operation == BPF_AND &&
        is_constant(masked.right)) {
        const u32 mask = nodes_[masked.right].value;
        if (value == 0 || (value == mask && std::has_single_bit(mask))) {
            const NodeId bits = add(
                {.kind = NodeKind::Test, .operation = BPF_JSET, .left = masked.left, .right = masked.right});
            return value == 0 ? invert(bits) : bits;
        }
    }
    return add({.kind = NodeKind::Test, .operation = operation, .left = left, .right = right});
}

NodeId Tree::field(u8 size, u32 at, u32 value, u32 mask) {
    NodeId found = load(size, at);
    if (mask != 0xffff'ffff) found = binary(BPF_AND, found, constant(mask));
    return test(BPF_JEQ, found, constant(value));
}

}  // namespace net::language
