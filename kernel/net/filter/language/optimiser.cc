#include "net/filter/language/optimiser.h"

#include <optional>

namespace net::language {
namespace {

// What a test's result says about the value that it looks at.
struct Range {
    u64 least, greatest;
};

std::optional<Range> range_of(u8 operation, u64 k, bool result) {
    constexpr u64 kMax = 0xffff'ffff;
    switch (operation) {
        case BPF_JEQ: return result ? std::optional<Range>({k, k}) : std::nullopt;
        case BPF_JGT: return result ? Range{k + 1, kMax} : Range{0, k};
        case BPF_JGE: return result ? Range{k, kMax} : Range{0, k ? k - 1 : 0};
        default: return std::nullopt;
    }
}

// What a test yields for every value of the range. Nothing: it depends.
std::optional<bool> result_in(const Range& r, u8 operation, u32 k) {
    if (r.least == r.greatest) return compare(operation, static_cast<u32>(r.least), k);
    switch (operation) {
        case BPF_JEQ:
            if (k < r.least || k > r.greatest) return false;
            break;
        case BPF_JGT:
            if (r.least > k) return true;
            if (r.greatest <= k) return false;
            break;
        case BPF_JGE:
            if (r.least >= k) return true;
            if (r.greatest < k) return false;
            break;
        default: break;
    }
    return std::nullopt;
}

}  // namespace

void Optimiser::Facts::intersect(const Facts& o) {
    for (usize i = 0; i < kMaxTests / 64; i++) {
        known[0][i] &= o.known[0][i];
        known[1][i] &= o.known[1][i];
    }
}

bool Optimiser::run(const Tree& tree, Graph& graph) {
    if (!number_tests(tree, graph)) return false;
    for (bool changed = true; changed;) {
        changed = skip_known_tests(tree, graph);
        changed |= merge_equal_blocks(graph);
    }
    return true;
}

bool Optimiser::number_tests(const Tree& tree, const Graph& graph) {
    count_ = 0;
    for (usize n = 1; n < tree.size(); n++) {
        bool used = false;
        for (usize b = kFirstBlock; b < graph.size(); b++) used |= graph[static_cast<BlockId>(b)].test == n;
        if (!used) continue;
        if (count_ == kMaxTests) return false;
        number_of_[n] = static_cast<u8>(count_);
        tests_[count_++] = static_cast<NodeId>(n);
    }
    return true;
}

// Adds a result, and the results of other tests of the same value that follow from it.
void Optimiser::learn(const Tree& tree, Facts& facts, NodeId test, bool result) const {
    const Node& t = tree[test];
    facts.add(number_of_[test], result);
    if (!tree.is_constant(t.right)) return;
    const auto range = range_of(t.operation, tree[t.right].value, result);
    for (usize i = 0; range && i < count_; i++) {
        const Node& other = tree[tests_[i]];
        if (other.left != t.left || !tree.is_constant(other.right)) continue;
        if (const auto known = result_in(*range, other.operation, tree[other.right].value))
            facts.add(i, *known);
    }
}

BlockId Optimiser::follow(const Graph& graph, BlockId from, const Facts& facts) const {
    while (from >= kFirstBlock) {
        const usize test = number_of_[graph[from].test];
        if (facts.have(test, true))
            from = graph[from].yes;
        else if (facts.have(test, false))
            from = graph[from].no;
        else
            break;
    }
    return from;
}

// At a test, only that is known which is known on all paths to it.
void Optimiser::arrive(BlockId at, const Facts& facts) {
    if (at < kFirstBlock) return;
    if (reached_[at])
        facts_[at].intersect(facts);
    else
        facts_[at] = facts;
    reached_[at] = true;
}

bool Optimiser::skip_known_tests(const Tree& tree, Graph& graph) {
    bool changed = false;
    for (usize i = 0; i < graph.size(); i++) reached_[i] = false;
    Facts facts = {};
    arrive(graph.entry(), facts);
    for (BlockId b = graph.entry(); b >= kFirstBlock; b--) {
        if (!reached_[b]) continue;
        for (const bool result : {true, false}) {
            BlockId& next = result ? graph[b].yes : graph[b].no;
            facts = facts_[b];
            learn(tree, facts, graph[b].test, result);
            const BlockId behind = follow(graph, next, facts);
            changed |= behind != next;
            next = behind;
            arrive(next, facts);
        }
    }
    return changed;
}

bool Optimiser::merge_equal_blocks(Graph& graph) {
    bool changed = false;
    for (const BlockId verdict : {kReject, kAccept}) same_as_[verdict] = verdict;
    for (usize i = kFirstBlock; i < graph.size(); i++) {
        const auto b = static_cast<BlockId>(i);
        graph[b].yes = same_as_[graph[b].yes];
        graph[b].no = same_as_[graph[b].no];
        same_as_[b] = first_equal(graph, b);
        changed |= same_as_[b] != b && reached_[b];
    }
    graph.set_entry(same_as_[graph.entry()]);
    return changed;
}

// The first block that does the same.
BlockId Optimiser::first_equal(const Graph& graph, BlockId b) const {
    if (graph[b].yes == kReject && graph[b].no == kReject) return kReject;
    for (BlockId other = kFirstBlock; other < b; other++) {
        if (graph[other] == graph[b] && same_as_[other] == other) return other;
    }
    return b;
}

}  // namespace net::language
