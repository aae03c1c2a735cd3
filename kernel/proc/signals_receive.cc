// What a process does with the signals that have arrived. All functions are called by the process itself.
#include "proc/process_tree.h"

// Acts on what needs no handler. A stop ends here.
SignalTurn ProcessTree::next_signal(Process& p) {
    Guard g(lock_);
    for (;;) {
        const int number = p.signals.next();
        note_deliverable_locked(p);
        if (number == 0) return {};
        switch (p.signals.effect(number)) {
            case SignalEffect::Handler:
                return {SignalTurn::Kind::Handler, number, p.signals.action(number).flags};
            case SignalEffect::End: return {SignalTurn::Kind::End, number};
            case SignalEffect::Stop: stop_locked(p, number); break;
            case SignalEffect::Ignore: p.signals.discard(number);
        }
    }
}

void ProcessTree::stop_locked(Process& p, int number) {
    p.signals.discard(number);
    if (signal_bit(number) & kTerminalStops && is_orphaned_locked(p.group, nullptr)) return;
    p.stopped_by = number;
    stopped_++;
    tell_parent_locked(p, ChildEvent::Kind::Stopped, number);
    while (p.stopped_by) p.continued.wait_uninterruptible(lock_);
}

Signals::Delivery ProcessTree::take_signal(Process& p, int number) {
    return with_signals(p, [number](Signals& s) { return s.take(number); });
}

Result<> ProcessTree::suspend(Process& p, SignalSet mask) {
    Guard g(lock_);
    p.signals.suspend(mask);
    note_deliverable_locked(p);
    p.fails_if_interrupted = true;
    for (;;) TRY(suspended_.wait(lock_));
}

SignalTurn process_next_signal() { return process_tree.next_signal(current_process()); }
Signals::Delivery process_take_signal(int number) {
    return process_tree.take_signal(current_process(), number);
}
signal_action process_signal_action(int number) {
    return process_tree.with_signals(current_process(), [=](Signals& s) { return s.action(number); });
}
void process_set_signal_action(int number, const signal_action& action) {
    process_tree.with_signals(current_process(), [&](Signals& s) {
        s.set_action(number, action);
        return true;
    });
}
SignalSet process_signal_mask() { return current_process().signals.mask(); }
void process_set_signal_mask(SignalSet mask) {
    process_tree.with_signals(current_process(), [=](Signals& s) {
        s.set_mask(mask);
        return true;
    });
}
SignalSet process_pending_signals() {
    return process_tree.with_signals(current_process(), [](Signals& s) { return s.pending(); });
}
Result<> process_suspend(SignalSet mask) { return process_tree.suspend(current_process(), mask); }
