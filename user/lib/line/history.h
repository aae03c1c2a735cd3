// The lines that were entered, for the keys that recall them.
#pragma once

#include "line/buffer.h"

namespace line {

class History {
  public:
    static constexpr int kMost = 500;

    History() = default;
    ~History();
    History(const History&) = delete;
    History& operator=(const History&) = delete;

    // Adds a line behind the others; the oldest of kMost is forgotten. False: it is not kept, because it is
    // empty, begins with a blank or is the last line again, or because memory is exhausted.
    bool add(Text line);
    int size() const { return size_; }
    Text at(int i) const;  // 0 is the oldest

    // The newest line at `from` or before that contains the text, -1: there is none. *position: where.
    int find(Text wanted, int from, usize* position) const;

  private:
    char** lines_ = nullptr;  // kMost strings, each allocated; so is the array
    int size_ = 0;
};

}  // namespace line
