// Signals on the way back to user mode.
//
// A signal ends the waits of its process with Intr, like a kill. The call then returns up to system_call(),
// which asks what the signals mean: nothing for the call, for example after a stop: it is made again; or a
// handler: it is made again behind the handler (SA_RESTART), or fails. user_trap() then lets the handler run:
// it saves the registers on the program's stack, in a signal_frame (abi/signal.h), and makes the program
// continue in the handler. The handler returns to a function of the user library, which calls sigreturn().
//
// Thread context, no lock held.
#pragma once

#include "arch/trap.h"
#include "lib/time.h"

enum class Interrupted : u8 {
    Repeat,   // make the call again
    Restart,  // the program makes it again, after the handler
    Fail,     // with Intr
};
// A call of the current process has returned Intr because of its signals. Stops or ends the process if a
// signal does so.
Interrupted interrupted_call();

// Acts on all signals of the current process before it returns to user mode with these registers.
void deliver_signals(arch::TrapFrame& frame);

// The deadline of a call that lasts `d`: the earlier one if the call is made again after a stop.
Instant deadline_of_call(Duration d);
// To be called when it is interrupted.
void keep_deadline(Instant deadline);
