// The console: a terminal (dev/tty/terminal.h) at the serial port.
//
// Its keys at first: Backspace, Ctrl-W and Ctrl-U erase a character, a word and the line; Ctrl-R prints the
// line again; Ctrl-V takes the next character as it is; Ctrl-D is end of file; Ctrl-C sends SIGINT to the
// foreground processes, Ctrl-\ SIGQUIT and Ctrl-Z SIGTSTP, and each discards the input typed ahead; Ctrl-S
// stops output until Ctrl-Q; Ctrl-P lists all processes. Programs can change them (abi/termios.h).
#pragma once

#include "lib/poll.h"
#include "lib/result.h"

namespace dev {

void console_init();
void console_set_size(unsigned columns, unsigned rows);  // 80x24 if it is not called

// With ICANON: reads at most one line, or the rest of a line; 0: end of file. Without: what there is, as VMIN
// and VTIME ask. Without `wait`, fails with Again instead of blocking. Intr: a signal, or Ctrl-C without a
// foreground group. Io: by a process in the background, which SIGTTIN does not stop. Fault.
Result<i64> console_read(UserAddr to, usize n, bool wait);
// Waits only while output is stopped. With TOSTOP, a process in the background gets SIGTTOU.
Result<i64> console_write(UserAddr from, usize n, bool wait);

// Readable if a read returns characters at once (abi/poll.h). `watch` (may be null) is woken by changes.
u32 console_poll(PollEntry* watch);
void console_unwatch(PollEntry& watch);

// The requests of abi/ioctl.h for the console, among them TIOCGPGRP and TIOCSPGRP: the foreground process
// group (dev/foreground.h); 0: none. A shell sets it to the pipeline it has started, and to its own group or
// to 0 while the shell itself reads. A process in the background that changes something gets SIGTTOU, unless
// it ignores or blocks it, as shells do. Errors: NotTty (another request), Fault, Inval (a value that does
// not exist), Perm (there is no such group in the caller's session).
Result<> console_ioctl(u32 request, UserAddr argument);

}  // namespace dev
