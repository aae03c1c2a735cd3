// Signals of the shell, and the actions of `trap`.
#pragma once

#include <sys/types.h>

namespace sh {

void run_traps();  // the actions of signals that have come, between two commands
void run_exit_trap();
int trap_pending();      // the signal, or 0
bool interrupted();      // Ctrl-C has come since the last call; only in an interactive shell
void prepare_signals();  // of an interactive shell
void signals_of_child(bool foreground, bool in_group);  // after fork()
int signal_number(const char* name);                    // TERM, SIGTERM, 15, EXIT; -1: there is none
const char* signal_name(int number);                    // "TERM"
int trap_builtin(int argc, char** argv);

}  // namespace sh
