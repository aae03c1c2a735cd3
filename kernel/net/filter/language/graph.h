// A condition as a graph of tests: each leads to one test if it holds, and to another if not, and in the end
// to a verdict. A test's successors have smaller numbers than the test itself, so going through the numbers
// downward meets each test before what follows it.
#pragma once

#include "net/filter/language/tree.h"

namespace net::language {

using BlockId = u16;
inline constexpr BlockId kReject = 0, kAccept = 1, kFirstBlock = 2;

struct Block {
    NodeId test = kNone;
    BlockId yes = kReject, no = kReject;

    bool operator==(const Block&) const = default;
};

class Graph {
  public:
    static constexpr usize kMaxBlocks = 1024;

    // Replaces the graph. False: there is not enough room.
    bool build(const Tree& tree, NodeId condition);

    BlockId entry() const { return entry_; }
    void set_entry(BlockId b) { entry_ = b; }
    usize size() const { return size_; }  // numbers are below this
    Block& operator[](BlockId id) { return blocks_[id]; }
    const Block& operator[](BlockId id) const { return blocks_[id]; }

  private:
    BlockId build(const Tree& tree, NodeId condition, BlockId yes, BlockId no);
    BlockId add(const Block& b);

    Block blocks_[kMaxBlocks];
    usize size_ = kFirstBlock;
    BlockId entry_ = kReject;
    bool full_ = false;
};

}  // namespace net::language
