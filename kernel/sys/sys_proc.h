// Processes as programs know them: memory, thread and open files together.
#pragma once

#include "lib/types.h"

// Ends the current process: closes what it has open first. Thread context, no lock held.
[[noreturn]] void exit_process(int status);

// The first process, which runs the program at this path. Panics if that cannot be.
void start_init(const char* path);
