// Processes as programs know them: memory, thread and open files together.
#pragma once

#include "proc/process.h"

// Ends the current process: closes what it has open first. Thread context, no lock held.
[[noreturn]] void exit_process(int status);

// The first process. Its thread calls `run` with the process, in the kernel still, and that run_program() and
// process_enter_user_mode(). Both panic if they cannot.
void start_first_process(void (*run)(void* process));
void run_program(Process& p, const char* path);
