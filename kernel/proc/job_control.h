// Process groups, sessions and signals between processes, as in POSIX (XBD 3.295, XSH 2.4).
//
// A shell's pipeline is one group, and the keys of the console send their signals to the group in the
// foreground (dev/foreground.h). A child starts in its parent's group and session.
#pragma once

#include "proc/process.h"

// Moves the caller (pid 0) or its child `pid` to `group`; 0: to a new group. Srch: no such child. Perm: no
// such group in the session, or a leader of a session.
Result<> process_set_group(int pid, int group);
// The caller becomes the leader of a new session, and of its only group. Returns its number. Perm: the caller
// leads a group.
Result<int> process_new_session();

struct ProcessIds {
    int group = 0, session = 0;
};
Result<ProcessIds> process_ids(int pid);  // 0: of the caller. Srch
// The session of a group; 0: there is no such group.
int process_session_of(int group);

// Sends a signal to a process (pid > 0), the caller's group (0), all processes but the caller and init (-1),
// or the group -pid. Number 0: only checks whether there is one. Srch: there is none. Perm: only init.
// zombies: one that is meant by its pid is no error (POSIX); xv6's kill() does not find it.
Result<> process_send(int pid, int number, bool zombies = true);
// The same from the kernel, to a group.
void process_signal_group(int group, int number);
// A fault of the current process. True: it has a handler.
bool process_signal_fault(int number, u64 address);

// For a process of a group in the background that uses the console (XBD 11.1.4): sends its group SIGTTIN or
// SIGTTOU. Intr: the call is then repeated. Io: the signal has no effect, because it is ignored, blocked, or
// the group is orphaned. None: it ignores or blocks SIGTTOU, so it may use the console.
Errno process_stop_background(int number);

// What the current process must do because of its signals. Waits while it is stopped.
struct SignalTurn {
    enum class Kind : u8 { None, End, Handler };
    Kind kind = Kind::None;
    int number = 0;
    u64 flags = 0;  // of the handler
};
SignalTurn process_next_signal();
// Takes the signal that process_next_signal() has announced.
Signals::Delivery process_take_signal(int number);

// Access to the current process's signals, for the system calls.
signal_action process_signal_action(int number);
void process_set_signal_action(int number, const signal_action& action);
SignalSet process_signal_mask();
void process_set_signal_mask(SignalSet mask);
SignalSet process_pending_signals();
// Waits with this mask until a signal has been handled: always fails, with Intr.
Result<> process_suspend(SignalSet mask);

// ITIMER_REAL of the current process: SIGALRM at a time (never: not), then at intervals. Returns the old
// values.
struct Alarm {
    Instant at = Instant::never();
    Duration interval{};
};
Alarm process_alarm();
void process_set_alarm(const Alarm& alarm);
