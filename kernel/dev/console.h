// The console: line input from the serial port with editing, and output.
//
// Keys: Backspace, Ctrl-W and Ctrl-U erase a character, a word and the line; Ctrl-D is end of file; Ctrl-C
// sends SIGINT to the foreground processes, Ctrl-\ SIGQUIT and Ctrl-Z SIGTSTP, and each discards the input
// typed ahead; Ctrl-P lists all processes.
#pragma once

#include "lib/poll.h"
#include "lib/result.h"

namespace dev {

void console_init();

// Reads at most one line, or the rest of a line; 0: end of file. Without `wait`, fails with Again instead of
// blocking. Intr: a signal, or Ctrl-C without a foreground group. Io: by a process in the background, which
// SIGTTIN does not stop. Fault.
Result<i64> console_read(UserAddr to, usize n, bool wait);
Result<i64> console_write(UserAddr from, usize n);

// Readable if there is a complete line (abi/poll.h). `watch` (may be null) is woken by the next line.
u32 console_poll(PollEntry* watch);
void console_unwatch(PollEntry& watch);

// FIONREAD, and TIOCGPGRP and TIOCSPGRP: the foreground process group (dev/foreground.h); 0: none. A shell
// sets it to the pipeline it has started, and to its own group or to 0 while the shell itself reads. Errors:
// NotTty (another request), Fault, Inval (a negative group), Perm (there is no such group in the caller's
// session).
Result<> console_ioctl(u32 request, UserAddr argument);

}  // namespace dev
