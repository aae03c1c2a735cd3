// The signals of one process: kernel/proc/signals.h.
#include "proc/signals.h"

#include <gtest/gtest.h>

namespace {

constexpr u64 kHandler = 0x1000;

signal_action handler(u64 flags = 0, SignalSet mask = 0) { return {kHandler, mask, flags, 0x2000}; }

TEST(Signals, DefaultActionsArePosixs) {
    const Signals s{};
    EXPECT_EQ(s.effect(SIGTERM), SignalEffect::End);
    EXPECT_EQ(s.effect(SIGSEGV), SignalEffect::End);
    EXPECT_EQ(s.effect(SIGCHLD), SignalEffect::Ignore);
    EXPECT_EQ(s.effect(SIGCONT), SignalEffect::Ignore);
    EXPECT_EQ(s.effect(SIGTTIN), SignalEffect::Stop);
}

TEST(Signals, AnIgnoredSignalIsDiscarded) {
    Signals s;
    s.add(kernel_signal(SIGCHLD));
    s.set_action(SIGTERM, {Signals::kIgnore, 0, 0, 0});
    s.add(kernel_signal(SIGTERM));
    EXPECT_EQ(s.pending(), 0u);
}

TEST(Signals, ABlockedSignalWaitsEvenIfItIsIgnored) {
    Signals s;
    s.set_mask(signal_bit(SIGCHLD));
    s.add(kernel_signal(SIGCHLD));
    EXPECT_EQ(s.pending(), signal_bit(SIGCHLD));
    EXPECT_EQ(s.next(), 0);
    s.set_action(SIGCHLD, handler());
    s.set_mask(0);
    EXPECT_EQ(s.next(), SIGCHLD);
}

TEST(Signals, IgnoringASignalDiscardsItIfItWaits) {
    Signals s;
    s.set_mask(signal_bit(SIGUSR1));
    s.add(kernel_signal(SIGUSR1));
    s.set_action(SIGUSR1, {Signals::kIgnore, 0, 0, 0});
    EXPECT_EQ(s.pending(), 0u);
}

TEST(Signals, KillAndStopCannotBeBlocked) {
    Signals s;
    s.set_mask(~0ull);
    s.add(kernel_signal(SIGTERM));
    EXPECT_EQ(s.next(), 0);
    s.add(kernel_signal(SIGSTOP));
    EXPECT_EQ(s.next(), SIGSTOP);
    s.add(kernel_signal(SIGKILL));
    EXPECT_EQ(s.next(), SIGKILL);
}

TEST(Signals, StopAndContinueDiscardEachOther) {
    Signals s;
    s.set_mask(signal_bit(SIGCONT) | signal_bit(SIGTSTP));
    s.add(kernel_signal(SIGTSTP));
    s.add(kernel_signal(SIGCONT));
    EXPECT_EQ(s.pending(), signal_bit(SIGCONT));
    s.add(kernel_signal(SIGSTOP));
    EXPECT_EQ(s.pending(), signal_bit(SIGSTOP));
}

TEST(Signals, AFaultComesFirstAndCannotBeBlockedOrIgnored) {
    Signals s;
    s.set_action(SIGHUP, handler());
    s.set_action(SIGSEGV, handler());
    s.add(kernel_signal(SIGHUP));
    s.add_fault(kernel_signal(SIGSEGV));
    EXPECT_EQ(s.next(), SIGSEGV);
    EXPECT_EQ(s.effect(SIGSEGV), SignalEffect::Handler);
    s.set_mask(signal_bit(SIGSEGV));
    s.add_fault(kernel_signal(SIGSEGV));
    EXPECT_EQ(s.effect(SIGSEGV), SignalEffect::End);
    EXPECT_EQ(s.next(), SIGSEGV);
}

TEST(Signals, TheHandlerRunsWithItsMask) {
    Signals s;
    s.set_mask(signal_bit(SIGHUP));
    s.set_action(SIGUSR1, handler(0, signal_bit(SIGUSR2)));
    s.add(kernel_signal(SIGUSR1));
    const Signals::Delivery d = s.take(SIGUSR1);
    EXPECT_EQ(d.mask, signal_bit(SIGHUP));
    EXPECT_EQ(s.mask(), signal_bit(SIGHUP) | signal_bit(SIGUSR1) | signal_bit(SIGUSR2));
    EXPECT_EQ(s.pending(), 0u);
}

TEST(Signals, NodeferAndResethandDoAsTheySay) {
    Signals s;
    s.set_action(SIGUSR1, handler(SA_NODEFER | SA_RESETHAND));
    s.add(kernel_signal(SIGUSR1));
    EXPECT_EQ(s.take(SIGUSR1).action.handler, kHandler);
    EXPECT_EQ(s.mask(), 0u);
    EXPECT_EQ(s.effect(SIGUSR1), SignalEffect::End);
}

TEST(Signals, SuspendEndsWithTheMaskFromBefore) {
    Signals s;
    s.set_mask(signal_bit(SIGUSR1));
    s.set_action(SIGUSR1, handler());
    s.suspend(0);
    s.suspend(0);  // made again after a stop
    s.add(kernel_signal(SIGUSR1));
    EXPECT_EQ(s.next(), SIGUSR1);
    EXPECT_EQ(s.take(SIGUSR1).mask, signal_bit(SIGUSR1));
}

TEST(Signals, ExecKeepsTheIgnoredAndTheMask) {
    Signals parent, s;
    parent.set_action(SIGUSR1, handler());
    parent.set_action(SIGUSR2, {Signals::kIgnore, 0, 0, 0});
    parent.set_mask(signal_bit(SIGTERM));
    parent.add(kernel_signal(SIGTERM));
    s.inherit(parent);
    EXPECT_EQ(s.pending(), 0u);
    EXPECT_EQ(s.effect(SIGUSR1), SignalEffect::Handler);
    s.reset_for_exec();
    EXPECT_EQ(s.effect(SIGUSR1), SignalEffect::End);
    EXPECT_EQ(s.effect(SIGUSR2), SignalEffect::Ignore);
    EXPECT_EQ(s.mask(), signal_bit(SIGTERM));
}

}  // namespace
