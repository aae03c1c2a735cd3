#include "net/filter/language/graph.h"

#include <utility>

namespace net::language {

bool Graph::build(const Tree& tree, NodeId condition) {
    size_ = kFirstBlock;
    full_ = false;
    entry_ = build(tree, condition, kAccept, kReject);
    return !full_;
}

// Chains of and/or grow to the left, so the recursion is only as deep as parentheses are nested.
BlockId Graph::build(const Tree& tree, NodeId condition, BlockId yes, BlockId no) {
    for (;;) {
        const Node& n = tree[condition];
        switch (n.kind) {
            case NodeKind::Always: return n.value ? yes : no;
            case NodeKind::Not: std::swap(yes, no); break;
            case NodeKind::And: yes = build(tree, n.right, yes, no); break;
            case NodeKind::Or: no = build(tree, n.right, yes, no); break;
            default: return add({condition, yes, no});
        }
        condition = n.left;
    }
}

// Equal tests with equal successors are one.
BlockId Graph::add(const Block& b) {
    for (usize i = kFirstBlock; i < size_; i++) {
        if (blocks_[i] == b) return static_cast<BlockId>(i);
    }
    full_ |= size_ == kMaxBlocks;
    if (full_) return kReject;
    blocks_[size_] = b;
    return static_cast<BlockId>(size_++);
}

}  // namespace net::language
