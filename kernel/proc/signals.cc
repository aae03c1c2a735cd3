#include "proc/signals.h"

namespace {

constexpr SignalSet kIgnoredByDefault =
    signal_bit(SIGCHLD) | signal_bit(SIGCONT) | signal_bit(SIGURG) | signal_bit(SIGWINCH);
constexpr SignalSet kFaults =
    signal_bit(SIGSEGV) | signal_bit(SIGBUS) | signal_bit(SIGILL) | signal_bit(SIGTRAP) | signal_bit(SIGFPE);

}  // namespace

void Signals::set_action(int number, const signal_action& action) {
    actions_[number] = action;
    usual_ = false;
    if (effect(number) == SignalEffect::Ignore) discard(number);
}

SignalEffect Signals::effect(int number) const {
    const u64 handler = actions_[number].handler;
    if (handler == kIgnore) return SignalEffect::Ignore;
    if (handler != kDefault) return SignalEffect::Handler;
    if (signal_bit(number) & kIgnoredByDefault) return SignalEffect::Ignore;
    return signal_bit(number) & kStops ? SignalEffect::Stop : SignalEffect::End;
}

// A call that is repeated after a stop has the mask already.
void Signals::suspend(SignalSet mask) {
    if (!suspended_) mask_after_suspend_ = mask_;
    suspended_ = true;
    set_mask(mask);
}

// A blocked signal waits even if it is ignored, as in Linux: the program may set a handler first.
void Signals::add(const signal_info& info) {
    const SignalSet bit = signal_bit(info.number);
    if (bit & kStops) discard(SIGCONT);
    if (info.number == SIGCONT) pending_ &= ~kStops;
    if (effect(info.number) == SignalEffect::Ignore && !(bit & mask_)) return;
    if (!(pending_ & bit)) infos_[info.number] = info;
    pending_ |= bit;
}

void Signals::add_fault(const signal_info& info) {
    const SignalSet bit = signal_bit(info.number);
    if (bit & mask_ || effect(info.number) == SignalEffect::Ignore) set_default(info.number);
    mask_ &= ~bit;
    discard(info.number);
    add(info);
}

int Signals::next() const {
    SignalSet set = deliverable();
    if (!set) return 0;
    if (set & signal_bit(SIGKILL)) return SIGKILL;
    if (set & kFaults) set &= kFaults;
    int number = 1;
    while (!(set & signal_bit(number))) number++;
    return number;
}

Signals::Delivery Signals::take(int number) {
    const Delivery d{infos_[number], actions_[number], suspended_ ? mask_after_suspend_ : mask_};
    discard(number);
    suspended_ = false;
    set_mask(mask_ | d.action.mask | (d.action.flags & SA_NODEFER ? 0 : signal_bit(number)));
    if (d.action.flags & SA_RESETHAND) set_default(number);
    return d;
}

void Signals::inherit(const Signals& parent) {
    mask_ = parent.mask_;
    usual_ = parent.usual_;
    for (int n = 1; n <= kLastSignal && !usual_; n++) actions_[n] = parent.actions_[n];
}

void Signals::reset_for_exec() {
    for (int n = 1; n <= kLastSignal && !usual_; n++) {
        if (effect(n) == SignalEffect::Handler) set_default(n);
    }
}
