// Waiting for several objects at once: poll(). Whoever waits hangs one entry on the list of each object; an
// object that may have become ready wakes all on its list, and the waiter looks again at every object.
//
//   PollWaiter  <---- PollEntry (on the list of the socket)
//       ^------------ PollEntry (on the list of the pipe)
#pragma once

#include "lib/list.h"

class PollWaiter {
  public:
    // Any context an object changes in, an interrupt handler included; the object's lock is held.
    virtual void wake() = 0;

  protected:
    ~PollWaiter() = default;
};

struct PollEntry : ListNode<PollEntry> {
    PollWaiter* waiter = nullptr;
};

// An object's list. Guarded by the object's own lock, of a rank below LockRank::Poll.
class PollList {
  public:
    bool empty() const { return entries_.empty(); }

    // Null, or an entry that is on this list already: nothing happens.
    void add(PollEntry* e) {
        if (e && !e->linked()) entries_.push_back(*e);
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
