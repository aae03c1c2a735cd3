// The console: lines typed at the serial port, edited as they are typed, and output.
//
// Keys: Backspace one character, Ctrl-W one word, Ctrl-U the line, Ctrl-D end of file, Enter done.
#pragma once

#include "lib/result.h"

namespace dev {

void console_init();

// One line at most, or what is left of it; 0 is end of file. Waits for it: Intr when killed. Fault.
Result<i64> console_read(UserAddr to, usize n);
Result<i64> console_write(UserAddr from, usize n);

}  // namespace dev
