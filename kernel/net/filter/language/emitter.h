// From a graph to instructions.
//
// For each block it is known what the registers hold when the block begins, whatever path leads to it: what
// is there already is not loaded again.
#pragma once

#include <span>

#include "net/filter/language/graph.h"

namespace net::language {

class Emitter {
  public:
    Emitter(const Tree& tree, const Graph& graph) : tree_(tree), graph_(graph) {}

    // Writes the program to the end of `room`. Empty: it does not fit.
    std::span<const bpf_insn> run(std::span<bpf_insn> room);

  private:
    // What a register holds: a value's node, or nothing that is known.
    struct Registers {
        NodeId a = kNone, x = kNone;
    };
    // Where a block's code is, in the order in which it was generated.
    struct Place {
        u16 begin = 0, end = 0;
        u16 at = 0;  // in the room, once it has its place
        bool reached = false;
        Registers registers;
    };

    void generate(BlockId b);
    void arrive(BlockId b);
    void value(NodeId id);
    void load(const Node& n);
    void binary(const Node& n);
    void operands(NodeId left, NodeId right);
    void header_length(NodeId id);
    void add(u16 code, u32 k = 0);

    void place_return(BlockId verdict);
    bool share_place(BlockId b);
    bool same_code(BlockId a, BlockId b) const;
    void place(BlockId b);
    usize within_reach(BlockId target);
    void put(const bpf_insn& i);

    const Tree& tree_;
    const Graph& graph_;
    std::span<bpf_insn> room_;
    Registers now_;
    u32 scratch_ = 0;  // the next free word of scratch memory
    static constexpr usize kMaxCode = 2 * BPF_MAXINSNS;
    bpf_insn code_[kMaxCode];
    usize size_ = 0;
    Place places_[Graph::kMaxBlocks];
    usize front_ = 0;  // of the room: what is behind it is filled
    bool full_ = false;
};

}  // namespace net::language
