// What has been done to the text, so that it can be undone and done again.
#pragma once

#include "lib/text_view.h"
#include "lib/types.h"

namespace edit {

struct Change {
    usize at;
    bool erases;  // it erased the text there; otherwise it inserted it
    char* text;
    usize size;
};

// Bounded: the oldest changes are forgotten first.
class Undo {
  public:
    static constexpr int kMost = 1000;             // changes
    static constexpr usize kMostBytes = 2u << 20;  // in all of them

    Undo() = default;
    ~Undo() { forget_from(0); }
    Undo(const Undo&) = delete;
    Undo& operator=(const Undo&) = delete;

    // Notes a change that is made now. What was undone before can no longer be done again.
    void add(usize at, bool erases, TextView text);
    // Later changes do not join the last one, as single characters do that are typed one after the other.
    void seal() { open_ = false; }
    // The change that the caller has to undo, or to do again; null: there is none.
    const Change* undo();
    const Change* redo();

    // Whether the text is the one for which saved() was called.
    bool is_saved() const { return saved_ == done_; }
    void saved();

  private:
    static constexpr int kNever = -1;
    bool join(usize at, bool erases, TextView text);
    void forget_from(int first);
    void forget_oldest();

    Change changes_[kMost];
    int size_ = 0;
    int done_ = 0;   // the changes before this one are in the text
    int saved_ = 0;  // the same when it was saved
    usize bytes_ = 0;
    bool open_ = false;
};

}  // namespace edit
