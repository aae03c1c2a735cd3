// The console: lines typed at the serial port, edited as they are typed, and output.
//
// Keys: Backspace one character, Ctrl-W one word, Ctrl-U the line, Ctrl-D end of file, Enter done. Ctrl-C
// ends the processes in the foreground and forgets what was typed ahead; Ctrl-P lists all processes.
#pragma once

#include "lib/poll.h"
#include "lib/result.h"

namespace dev {

void console_init();

// The process group that Ctrl-C ends, with status 130; 0: nobody. A shell sets it to the pipeline it has
// started, and to 0 while it reads itself.
void console_set_foreground(int group);

// One line at most, or what is left of it; 0 is end of file. Waits for it: Intr when killed, or when Ctrl-C
// is typed with nobody in the foreground; without `wait` Again. Fault.
Result<i64> console_read(UserAddr to, usize n, bool wait);
Result<i64> console_write(UserAddr from, usize n);

// Readable when there is a complete line (abi/poll.h). `watch`, unless null, is woken by the next one.
u32 console_poll(PollEntry* watch);
void console_unwatch(PollEntry& watch);

}  // namespace dev
