// The meaning of an expression, as a tree: conditions, made of tests, which compare values.
//
// Nodes are numbers into a fixed array. Equal nodes are one node: two tests of the same field have the same
// number, on which the optimiser depends. Constants are folded while the tree grows. When the array is full,
// or a value is nested too deeply, full() is set and the tree is worthless.
#pragma once

#include "abi/bpf.h"
#include "lib/types.h"

namespace net::language {

using NodeId = u16;
inline constexpr NodeId kNone = 0;

enum class NodeKind : u8 {
    None,
    // Values
    Constant,      // value
    Length,        // of the packet on the wire
    HeaderLength,  // of the IPv4 header at `value`
    Load,    // `operation` is the size (BPF_B ...), at value + left + right: an index and a HeaderLength, or
             // none
    Binary,  // left `operation` right: BPF_ADD ...
    Negate,  // -left
    // Conditions
    Always,  // value is not 0
    Not,     // left
    And,     // left, right
    Or,
    Test,  // left `operation` right: BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET
};

struct Node {
    NodeKind kind = NodeKind::None;
    u8 operation = 0;
    u8 height = 0;         // of a value: how deep operations are nested
    bool needs_x = false;  // of a value: the code that computes it uses the register X
    NodeId left = kNone, right = kNone;
    u32 value = 0;

    bool operator==(const Node&) const = default;
};

class Tree {
  public:
    static constexpr usize kMaxNodes = 2048;
    static constexpr u8 kMaxHeight = 12;  // each level can take one of the 16 words of scratch memory

    void clear();
    bool full() const { return full_; }
    const Node& operator[](NodeId id) const { return nodes_[id]; }
    usize size() const { return size_; }
    bool is_constant(NodeId id) const { return nodes_[id].kind == NodeKind::Constant; }

    NodeId constant(u32 value);
    NodeId length();
    NodeId header_length(u32 at);
    // `size` is BPF_B, BPF_H or BPF_W.
    NodeId load(u8 size, u32 at, NodeId index = kNone, NodeId header = kNone);
    NodeId negate(NodeId value);
    // BPF_ADD ... BPF_XOR. The caller has refused a constant divisor 0 and a constant shift above 31.
    NodeId binary(u8 operation, NodeId left, NodeId right);

    NodeId always(bool value);
    NodeId invert(NodeId condition);
    NodeId both(NodeId a, NodeId b);
    NodeId either(NodeId a, NodeId b);
    // BPF_JEQ, BPF_JGT, BPF_JGE.
    NodeId test(u8 operation, NodeId left, NodeId right);

    // (packet[at] & mask) == value, for a field of `size`.
    NodeId field(u8 size, u32 at, u32 value, u32 mask = 0xffff'ffff);

  private:
    NodeId add(Node node);
    NodeId join(NodeKind kind, NodeId a, NodeId b);
    NodeId test_constant(u8 operation, NodeId left, NodeId right);
    u8 above(NodeId a, NodeId b = kNone);

    Node nodes_[kMaxNodes];
    usize size_ = 1;
    bool full_ = false;
};

// What an operation of constants yields. Divisors are not 0.
u32 calculate(u8 operation, u32 a, u32 b);
bool compare(u8 operation, u32 a, u32 b);

}  // namespace net::language
