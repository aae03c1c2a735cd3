// Support for poll(), which waits for several objects at once. The waiter puts one entry on the list of each
// object. An object that may have become ready wakes all waiters on its list; each then checks all its
// objects.
//
//   PollWaiter  <---- PollEntry (on the list of the socket)
//       ^------------ PollEntry (on the list of the pipe)
#pragma once

#include "lib/list.h"

class PollWaiter {
  public:
    // Called with the object's lock held, in any context, including interrupt handlers.
    virtual void wake() = 0;

  protected:
    ~PollWaiter() = default;
};

struct PollEntry : ListNode<PollEntry> {
    PollWaiter* waiter = nullptr;
    bool first = false;  // woken before those that are not
};

// An object's list. Guarded by the object's own lock, whose rank is below LockRank::Poll.
class PollList {
  public:
    bool empty() const { return entries_.empty(); }

    // Does nothing if e is null or already on this list.
    void add(PollEntry* e) {
        if (!e || e->linked()) return;
        if (e->first)
            entries_.push_front(*e);
        else
            entries_.push_back(*e);
    }
    static void remove(PollEntry& e) {
        if (e.linked()) e.unlink();
    }
    void wake_all() {
        if (entries_.empty()) [[likely]]
            return;
        for (PollEntry& e : entries_) e.waiter->wake();
    }

  private:
    List<PollEntry> entries_;
};
