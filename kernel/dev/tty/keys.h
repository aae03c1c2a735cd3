// What keys ask of processes: signals, and Ctrl-P's list. It is done in a thread, because it takes locks that
// an interrupt handler may not take.
#pragma once

#include "dev/tty/terminal.h"
#include "sync/spinlock.h"
#include "sync/wait_queue.h"

namespace dev {

class KeyTasks {
  public:
    // Any context.
    void signal(int group, KeySignal s);
    void list_processes();

    [[noreturn]] void serve();  // the thread

  private:
    struct Tasks {
        int group = 0;  // gets the signal; 0: none
        KeySignal signal = KeySignal::None;
        bool list = false;
    };
    Tasks next();

    IrqSpinLock lock_{LockRank::Keys, "keys"};
    WaitQueue given_{"keys"};
    Tasks tasks_ GUARDED_BY(lock_);
};

}  // namespace dev
