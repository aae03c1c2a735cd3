// A terminal with its lock, and those who wait for it. No input is lost: while the terminal has no room, the
// serial port is not read, so further input waits at the host.
#pragma once

#include "dev/foreground.h"
#include "dev/tty/keys.h"
#include "dev/tty/terminal.h"
#include "lib/poll.h"
#include "lib/result.h"
#include "lib/time.h"

namespace dev {

class Tty {
  public:
    void received(char c);  // in interrupt context

    // For a process in the background: Intr, Io (process_stop_background). May be called by any process.
    Result<> may_change();
    Result<> may_write();

    // As console_read; waits as VMIN and VTIME ask.
    Result<i64> read(UserAddr to, usize n, bool wait);
    // Waits while output is stopped. Again, Intr.
    Result<> write(const char* text, usize n, bool wait);
    u32 poll(PollEntry* watch);
    void unwatch(PollEntry& watch);

    // ---- requests ----
    termios settings();
    void set(const termios& t, bool discard);
    winsize size();
    void set_size(const winsize& size);
    int foreground();
    void set_foreground(int group);
    int count_readable();
    void discard_input();
    void stop_output(bool on);

    KeyTasks& keys() { return keys_; }

  private:
    struct Read {
        bool wait;
        Instant started;
        usize copied = 0;
        bool ended = false;
    };

    void receive_locked(char c) REQUIRES(lock_);
    void fulfil_locked(const Terminal::Wish& wish) REQUIRES(lock_);
    void signal_locked(int number) REQUIRES(lock_);
    void changed_locked() REQUIRES(lock_);
    void resume_locked() REQUIRES(lock_);
    Result<usize> take(char* to, usize n, Read& r);
    Result<> wait_locked(Read& r, unsigned heard) REQUIRES(lock_);
    Instant deadline_locked(const Read& r) REQUIRES(lock_);

    bool in_background();
    bool stops_background();
    static void show(void*, const char* text, usize n);

    IrqSpinLock lock_{LockRank::Console, "console"};
    WaitQueue input_{"console"};
    WaitQueue output_{"console output"};
    PollList pollers_ GUARDED_BY(lock_);
    Terminal terminal_ GUARDED_BY(lock_){TextSink{show, nullptr}};
    bool paused_ GUARDED_BY(lock_) = false;  // the terminal had no room, until it is half empty
    char held_ GUARDED_BY(lock_) = 0;        // while paused, the character that had no room

    KeyTasks keys_;
    Foreground foreground_ GUARDED_BY(lock_);
    unsigned interruptions_ GUARDED_BY(lock_) = 0;
    unsigned heard_ GUARDED_BY(lock_) = 0;  // interruptions_ at the last Intr or change of the foreground
};

}  // namespace dev
