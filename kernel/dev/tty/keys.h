// What keys ask of processes: signals, and Ctrl-P's list. It is done in a thread, because it takes locks that
// an interrupt handler may not take.
#pragma once

#include "proc/signals.h"
#include "sync/spinlock.h"
#include "sync/wait_queue.h"

namespace dev {

class KeyTasks {
  public:
    // Any context.
    void signal(int group, int number);
    void list_processes();

    [[noreturn]] void serve();  // the thread

  private:
    struct Tasks {
        int group = 0;  // that gets the signals
        SignalSet signals = 0;
        bool list = false;
    };
    Tasks next();

    IrqSpinLock lock_{LockRank::Keys, "keys"};
    WaitQueue given_{"keys"};
    Tasks tasks_ GUARDED_BY(lock_);
};

}  // namespace dev
