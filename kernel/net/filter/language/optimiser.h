// Makes a graph shorter without changing any verdict, also on packets that are cut.
//
// A test is skipped where its result follows from the tests before it: on a path on which the Ethernet type
// was 0x800, it is not 0x86dd. A test is skipped on some paths only, so this needs no copies of it. What is
// skipped has looked at the same bytes before, so no load that would end the program is lost.
#pragma once

#include "net/filter/language/graph.h"

namespace net::language {

class Optimiser {
  public:
    static constexpr usize kMaxTests = 256;

    // False: there are too many different tests.
    bool run(const Tree& tree, Graph& graph);

  private:
    // Which tests are known not to hold, [0], and which are known to hold, [1]: one bit each.
    struct Facts {
        u64 known[2][kMaxTests / 64];

        void add(usize test, bool result) { known[result][test / 64] |= u64{1} << test % 64; }
        bool have(usize test, bool result) const { return known[result][test / 64] >> test % 64 & 1; }
        void intersect(const Facts& o);
    };

    bool number_tests(const Tree& tree, const Graph& graph);
    bool skip_known_tests(const Tree& tree, Graph& graph);
    bool merge_equal_blocks(Graph& graph);
    BlockId first_equal(const Graph& graph, BlockId b) const;
    void learn(const Tree& tree, Facts& facts, NodeId test, bool result) const;
    BlockId follow(const Graph& graph, BlockId from, const Facts& facts) const;
    void arrive(BlockId at, const Facts& facts);

    NodeId tests_[kMaxTests];
    usize count_ = 0;
    u8 number_of_[Tree::kMaxNodes];
    bool reached_[Graph::kMaxBlocks];
    Facts facts_[Graph::kMaxBlocks];
    BlockId same_as_[Graph::kMaxBlocks];
};

}  // namespace net::language
