#include "dev/console.h"

#include "abi/ioctl.h"
#include "abi/poll.h"
#include "dev/foreground.h"
#include "dev/uart.h"
#include "lib/log.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "mm/kalloc.h"
#include "mm/uaccess.h"
#include "proc/job_control.h"
#include "proc/sched.h"

namespace dev {
namespace {

constexpr char control(char letter) { return static_cast<char>(letter - '@'); }
constexpr char kBackspace = '\b', kDelete = 0x7f;
constexpr char kEndOfFile = control('D');

// Ctrl-P: lists the processes as ps does, even without a shell prompt.
void list_process(const Process& p, void*) {
    static constexpr const char* kStates[] = {"new", "runnable", "running", "sleeping", "dead"};
    const Scheduler::View v = scheduler.view(p.thread);
    log("%5d %6d %5d %-8s %4u %-16s %s", p.pid, p.parent ? p.parent->pid : 0, p.group,
        p.zombie ? "zombie" : kStates[static_cast<int>(v.state)], v.hart, p.name, v.waiting_for);
}
void list_processes() {
    log("\n  PID   PPID GROUP STATE    HART NAME             WAITING FOR");
    process_visit(list_process, nullptr);
    log("%u processes, %lu of %lu pages free", process_count(), mm::pages_free(), mm::pages_total());
}

// A ring of characters with three positions that only count up:
//   read_ <= complete_ <= edit_
// Complete lines are in [read_, complete_), the line being edited in [complete_, edit_). No input is lost:
// while the ring is full the serial port is not read, so further input waits at the host.
class Console {
  public:
    void received(char c) {
        IrqGuard g(lock_);
        switch (c) {
            case control('C'): signal_locked(SIGINT, "^C\n"); break;
            case control('\\'): signal_locked(SIGQUIT, "^\\\n"); break;
            case control('Z'): signal_locked(SIGTSTP, "^Z\n"); break;
            case control('P'): wish_locked({.list = true}); break;
            case kBackspace:
            case kDelete: erase_one_locked(); break;
            case control('U'):
                while (edit_ != complete_) erase_one_locked();
                break;
            case control('W'): erase_word_locked(); break;
            case kEndOfFile: append_locked(c); break;
            case '\r': c = '\n'; [[fallthrough]];
            default: append_locked(c);
        }
    }

    Result<i64> read(UserAddr to, usize n, bool wait) {
        if (in_background()) return process_stop_background(SIGTTIN);
        char line[128];
        usize copied = 0;
        while (copied < n) {
            bool ended = false;
            const usize room = n - copied < sizeof line ? n - copied : sizeof line;
            const usize got = TRY(take(line, room, copied == 0, wait, ended));
            TRY(mm::copy_out(to + copied, line, got));
            copied += got;
            if (ended || got == 0) break;
        }
        return static_cast<i64>(copied);
    }

    // The characters of complete lines.
    int readable() {
        IrqGuard g(lock_);
        int n = 0;
        for (usize i = read_; i != complete_; i++) n += at(i) != kEndOfFile;
        return n;
    }

    int foreground() {
        IrqGuard g(lock_);
        return foreground_.group();
    }
    void set_foreground(int group) {
        IrqGuard g(lock_);
        foreground_.set(group, current_process());
        heard_ = interruptions_;
    }

    // The thread for keys whose action takes locks that an interrupt handler may not take.
    [[noreturn]] void serve_keys() {
        for (;;) {
            const Wish wish = next_wish();
            for (int n = 1; n <= kLastSignal; n++) {
                if (wish.signals & signal_bit(n)) process_signal_group(wish.group, n);
            }
            if (wish.list) list_processes();
        }
    }

    u32 poll(PollEntry* watch) {
        IrqGuard g(lock_);
        pollers_.add(watch);
        return POLLOUT | POLLWRNORM | (read_ != complete_ ? POLLIN | POLLRDNORM : 0);
    }
    void unwatch(PollEntry& watch) {
        IrqGuard g(lock_);
        PollList::remove(watch);
    }

  private:
    static constexpr usize kSize = 8192;
    struct Wish {
        int group = 0;  // that gets the signals
        SignalSet signals = 0;
        bool list = false;
    };

    Wish next_wish() {
        IrqGuard g(lock_);
        while (!wish_.signals && !wish_.list) wished_.wait_uninterruptible(lock_);
        return std::exchange(wish_, {});
    }
    void wish_locked(Wish w) REQUIRES(lock_) {
        if (w.signals) wish_.group = w.group;
        wish_.signals |= w.signals;
        wish_.list |= w.list;
        wished_.wake_one();
    }

    bool in_background() {
        IrqGuard g(lock_);
        return foreground_.is_background(current_process());
    }

    // Discards the input typed ahead, which was for the program that gets the signal. Without a foreground
    // group the reader is a shell: after Ctrl-C its read fails with Intr, so that it prints a new prompt.
    void signal_locked(int number, const char* echo) REQUIRES(lock_) {
        uart_write(echo, 3);
        read_ = complete_ = edit_;
        if (number == SIGINT) interruptions_++;
        if (const int group = foreground_.group())
            wish_locked({.group = group, .signals = signal_bit(number)});
        line_complete_.wake_all();
    }

    char& at(usize position) { return ring_[position % kSize]; }

    // Takes up to n characters of a complete line; `first`: from its start. Sets `ended` if the line ended,
    // by newline or end of file.
    Result<usize> take(char* to, usize n, bool first, bool wait, bool& ended) {
        IrqGuard g(lock_);
        const unsigned heard = heard_;
        while (first && read_ == complete_) {
            if (interruptions_ != heard && !foreground_.group()) {
                heard_ = interruptions_;
                return Errno::Intr;
            }
            if (!wait) return Errno::Again;
            TRY(line_complete_.wait(lock_));
        }
        usize got = 0;
        while (got < n && read_ != complete_ && !ended) {
            const char c = at(read_);
            ended = c == '\n' || c == kEndOfFile;
            // End of file after other characters ends this read; alone it makes the read return 0.
            read_++;
            if (c != kEndOfFile) to[got++] = c;
        }
        if (paused_ && edit_ - read_ <= kSize / 2) {
            paused_ = false;
            uart_receive(true);
        }
        return got;
    }

    // A full ring completes the line early, so a line longer than the ring arrives in pieces.
    void append_locked(char c) REQUIRES(lock_) {
        at(edit_++) = c;
        if (c != kEndOfFile) uart_write(&c, 1);
        const bool full = edit_ - read_ == kSize;
        if (c == '\n' || c == kEndOfFile || full) {
            complete_ = edit_;
            line_complete_.wake_all();
            pollers_.wake_all();
        }
        if (full) {
            paused_ = true;
            uart_receive(false);
        }
    }
    void erase_one_locked() REQUIRES(lock_) {
        if (edit_ == complete_) return;
        edit_--;
        uart_write("\b \b", 3);
    }
    void erase_word_locked() REQUIRES(lock_) {
        while (edit_ != complete_ && at(edit_ - 1) == ' ') erase_one_locked();
        while (edit_ != complete_ && at(edit_ - 1) != ' ') erase_one_locked();
    }

    IrqSpinLock lock_{LockRank::Console, "console"};
    WaitQueue line_complete_{"console"};
    PollList pollers_ GUARDED_BY(lock_);
    char ring_[kSize] GUARDED_BY(lock_) = {};
    usize read_ GUARDED_BY(lock_) = 0;
    usize complete_ GUARDED_BY(lock_) = 0;
    usize edit_ GUARDED_BY(lock_) = 0;
    bool paused_ GUARDED_BY(lock_) = false;  // set when the ring is full, until it is half empty

    WaitQueue wished_{"keys"};
    Wish wish_ GUARDED_BY(lock_);
    Foreground foreground_ GUARDED_BY(lock_);
    unsigned interruptions_ GUARDED_BY(lock_) = 0;
    unsigned heard_ GUARDED_BY(lock_) = 0;  // interruptions_ at the last Intr or change of the foreground
};

constinit Console console;

Result<> set_foreground(UserAddr from) {
    int group = 0;
    TRY(mm::copy_in(&group, from, sizeof group));
    if (group < 0) return Errno::Inval;
    if (group && process_session_of(group) != current_process().session) return Errno::Perm;
    console.set_foreground(group);
    return {};
}

}  // namespace

void console_init() {
    if (!kthread_create(
            "console", [](void*) { console.serve_keys(); }, nullptr))
        panic("no memory for the console thread");
    uart_start_input([](char c) { console.received(c); });
}

Result<i64> console_read(UserAddr to, usize n, bool wait) { return console.read(to, n, wait); }
u32 console_poll(PollEntry* watch) { return console.poll(watch); }
void console_unwatch(PollEntry& watch) { console.unwatch(watch); }

Result<> console_ioctl(u32 request, UserAddr argument) {
    if (request == TIOCSPGRP) return set_foreground(argument);
    if (request != TIOCGPGRP && request != FIONREAD) return Errno::NotTty;
    const int answer = request == TIOCGPGRP ? console.foreground() : console.readable();
    return mm::copy_out(argument, &answer, sizeof answer);
}

Result<i64> console_write(UserAddr from, usize n) {
    char text[256];
    usize done = 0;
    while (done < n) {
        const usize piece = n - done < sizeof text ? n - done : sizeof text;
        if (done && current_interrupted()) break;  // a signal ends a long write
        yield_if_due();
        if (!mm::copy_in(text, from + done, piece).ok())
            return done ? Result<i64>(static_cast<i64>(done)) : Errno::Fault;
        uart_write(text, piece);
        done += piece;
    }
    return static_cast<i64>(done);
}

}  // namespace dev
