// Complete processes: memory, thread and open files.
#pragma once

#include "proc/process.h"

// Closes the current process's files and ends it. Thread context, no lock held.
[[noreturn]] void exit_process(int status);
[[noreturn]] void exit_by_signal(int number);

// Starts the first process. Its thread calls run(process) in the kernel, which then calls run_program() and
// process_enter_user_mode(). start_first_process() and run_program() panic on failure.
void start_first_process(void (*run)(void* process));
void run_program(Process& p, const char* path);
