// The signals of one process: what each does, which are blocked, which wait.
//
// Not synchronised: the process tree's lock guards it. It decides nothing about threads and waits, so the
// tests on the host run it.
#pragma once

#include "abi/signal.h"
#include "lib/types.h"

using SignalSet = u64;
constexpr SignalSet signal_bit(int number) { return 1ull << (number - 1); }

inline constexpr int kLastSignal = 31;
constexpr bool is_signal(int number) { return number >= 1 && number <= kLastSignal; }

inline constexpr SignalSet kUnblockable = signal_bit(SIGKILL) | signal_bit(SIGSTOP);
// The stop signals of terminals have no effect on an orphaned process group (POSIX 2.4.3).
inline constexpr SignalSet kTerminalStops = signal_bit(SIGTSTP) | signal_bit(SIGTTIN) | signal_bit(SIGTTOU);
inline constexpr SignalSet kStops = kTerminalStops | signal_bit(SIGSTOP);

enum class SignalEffect : u8 { End, Ignore, Stop, Handler };

// What the kernel itself sends.
constexpr signal_info kernel_signal(int number) {
    signal_info info{};
    info.number = number;
    info.code = SI_KERNEL;
    return info;
}

class Signals {
  public:
    static constexpr u64 kDefault = 0, kIgnore = 1;  // signal_action::handler

    const signal_action& action(int number) const { return actions_[number]; }
    // Also discards the signal if it waits and is ignored from now on.
    void set_action(int number, const signal_action& action);
    void set_default(int number) { actions_[number] = {}; }
    SignalEffect effect(int number) const;

    SignalSet mask() const { return mask_; }
    void set_mask(SignalSet mask) { mask_ = mask & ~kUnblockable; }
    // For sigsuspend(): replaces the mask until the next handler returns.
    void suspend(SignalSet mask);

    // Makes a signal wait, unless it is ignored. A stop signal and SIGCONT discard each other.
    void add(const signal_info& info);
    // The same for a fault of the program itself, which cannot be blocked or ignored.
    void add_fault(const signal_info& info);
    SignalSet pending() const { return pending_; }
    SignalSet deliverable() const { return pending_ & ~mask_; }
    // The signal to act on next: SIGKILL, then faults, then the lowest. 0: none.
    int next() const;
    void discard(int number) { pending_ &= ~signal_bit(number); }

    // Takes a signal for its handler. `mask` is what blocks when the handler returns.
    struct Delivery {
        signal_info info{};
        signal_action action{};
        SignalSet mask = 0;
    };
    Delivery take(int number);

    // Whether a child that ends is to leave no zombie.
    bool drops_children() const {
        return actions_[SIGCHLD].handler == kIgnore || actions_[SIGCHLD].flags & SA_NOCLDWAIT;
    }
    bool hears_of_stops() const { return !(actions_[SIGCHLD].flags & SA_NOCLDSTOP); }

    void inherit(const Signals& parent);  // fork: all but the signals that wait
    void reset_for_exec();                // handlers no longer exist

  private:
    SignalSet mask_ = 0;
    SignalSet pending_ = 0;
    SignalSet mask_after_suspend_ = 0;
    bool suspended_ = false;
    bool usual_ = true;  // all actions are the default: fork and exec have nothing to do
    signal_action actions_[kLastSignal + 1] = {};
    signal_info infos_[kLastSignal + 1];  // of the signals in pending_
};
