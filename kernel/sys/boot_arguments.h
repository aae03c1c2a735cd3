// The boot arguments: NAME=VALUE, separated by spaces, behind QEMU's -append (`make qemu APPEND=`). The list
// of all is in boot_arguments.cc.
#pragma once

#include "lib/text_view.h"

#include "lib/types.h"

// Prints one line for each argument that is unknown or whose value is malformed. These are ignored.
void boot_arguments_check();

// The value of NAME=VALUE or NAME="a value with spaces", "" for a bare NAME; the last one counts. False: it
// is not there, is malformed, or is longer than `room` allows. Any thread.
bool boot_argument(const char* name, char* value, usize room);

// COLUMNSxROWS, each from 1 to 9999.
bool parse_terminal_size(const char* text, unsigned& columns, unsigned& rows);

// The same without a copy and of any length, unchecked; empty if it is not there. Valid for ever.
TextView boot_argument_text(const char* name);
