// Redirections, and how they are undone.
#pragma once

#include "tree.h"

namespace sh {

// The descriptors that a command in the shell itself has replaced. They are a stack.
class Redirected {
  public:
    Redirected();
    // False, after a message, if one fails. Then, and when the command has ended, call undo().
    bool apply(const Redirect* list);
    void undo();
    void keep();  // exec: what is applied stays

  private:
    struct Saved {
        int fd, copy;  // copy -1: it was closed
        Saved* next;
    };
    void save(int fd);

    Saved* saved_ = nullptr;
    Redirected* outer_;
};
void undo_all_redirections();

// In a process that will not undo it.
bool redirect_for_good(const Redirect* list);

// Copies a descriptor to a number of at least 10, which a script does not use; exec() closes it.
int copy_high(int fd);
void move_fd(int from, int to);

}  // namespace sh
