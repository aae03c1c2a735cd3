// exec: loads a program into a process.
#pragma once

#include "proc/process.h"
#include "sys/arguments.h"

// Gives p a new address space with the program at `path` and these arguments on its stack, and sets its
// registers for the program's start. If the file is a script, its interpreter is loaded: a first line
// "#!INTERPRETER ARGUMENT" puts INTERPRETER, ARGUMENT and the path in place of the first argument. p is the
// current process or one not yet started. Returns argc, which the caller must put in a0. On failure p is
// unchanged: NoEnt, NoExec, NoMem, TooBig ...
Result<i64> exec(Process& p, const char* path, Arguments& arguments);
