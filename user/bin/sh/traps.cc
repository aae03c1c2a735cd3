#include "traps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "builtins.h"
#include "execute.h"
#include "shell.h"

namespace sh {

namespace {

constexpr int kSignals = 32;
constexpr const char* kNames[kSignals] = {"EXIT",   "HUP",  "INT",    "QUIT", "ILL",   "TRAP", "ABRT", "BUS",
                                          "FPE",    "KILL", "USR1",   "SEGV", "USR2",  "PIPE", "ALRM", "TERM",
                                          "STKFLT", "CHLD", "CONT",   "STOP", "TSTP",  "TTIN", "TTOU", "URG",
                                          "XCPU",   "XFSZ", "VTALRM", "PROF", "WINCH", "IO",   "PWR",  "SYS"};

// What an interactive shell does not end or stop by.
constexpr int kInteractive[] = {SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU};

char* actions[kSignals];  // null: none; "": ignored
volatile sig_atomic_t arrived[kSignals];
volatile sig_atomic_t any;
volatile sig_atomic_t interrupts;

void arrive(int number) {
    arrived[number] = 1;
    any = number;
}

void note_interrupt(int) { interrupts = 1; }

void set_handler(int number, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    sigaction(number, &action, nullptr);
}

// What a signal without a trap does.
void set_default(int number) {
    if (shell.interactive && number == SIGINT) return set_handler(number, note_interrupt);
    bool ignored = false;
    for (int i : kInteractive) ignored |= shell.interactive && i == number;
    set_handler(number, ignored ? SIG_IGN : SIG_DFL);
}

void set_action(int number, const char* action) {
    free(actions[number]);
    actions[number] = action ? strdup(action) : nullptr;
    if (number == 0 || number == SIGKILL || number == SIGSTOP) return;
    if (!action)
        set_default(number);
    else
        set_handler(number, *action ? arrive : SIG_IGN);
}

void run_action(const char* action) {
    const int status = shell.status;
    char* copy = shell.scratch.copy(action);
    run_text(copy, strlen(copy), shell.line);
    shell.status = status;
}

}  // namespace

int signal_number(const char* name) {
    char* end;
    const long number = strtol(name, &end, 10);
    if (end != name && !*end) return number >= 0 && number < kSignals ? static_cast<int>(number) : -1;
    if (strncmp(name, "SIG", 3) == 0) name += 3;
    for (int i = 0; i < kSignals; i++) {
        if (strcmp(kNames[i], name) == 0) return i;
    }
    return -1;
}
const char* signal_name(int number) { return number >= 0 && number < kSignals ? kNames[number] : "?"; }

int trap_pending() { return any; }

void run_traps() {
    while (any) {
        any = 0;
        for (int i = 1; i < kSignals; i++) {
            if (!arrived[i]) continue;
            arrived[i] = 0;
            if (actions[i] && *actions[i]) run_action(actions[i]);
        }
    }
}

void run_exit_trap() {
    char* action = actions[0];
    actions[0] = nullptr;
    if (action && *action) {
        shell.flow = Flow::Normal;
        run_action(action);
    }
    free(action);
}

bool interrupted() {
    const bool was = interrupts;
    interrupts = 0;
    return was;
}

void prepare_signals() {
    for (int number : kInteractive) set_default(number);
}

// Traps are the shell's; what it ignores by a trap stays ignored. Without job control, Ctrl-C does not end a
// command in the background.
void signals_of_child(bool foreground, bool in_group) {
    any = 0;
    for (int i = 0; i < kSignals; i++) {
        arrived[i] = 0;
        if (actions[i] && *actions[i]) set_action(i, nullptr);
    }
    for (int number : kInteractive) {
        if (!actions[number]) set_default(number);
    }
    if (foreground || in_group) return;
    set_handler(SIGINT, SIG_IGN);
    set_handler(SIGQUIT, SIG_IGN);
}

int trap_builtin(int argc, char** argv) {
    int first = 1;
    if (argc > 1 && strcmp(argv[1], "--") == 0) first++;
    if (first == argc) {
        for (int i = 0; i < kSignals; i++) {
            if (actions[i]) print("trap -- %s %s\n", quoted(actions[i]), kNames[i]);
        }
        return 0;
    }
    const bool only_signals = argv[first][0] >= '0' && argv[first][0] <= '9';
    const char* action = only_signals || argc == first + 1 ? nullptr : argv[first++];
    if (action && strcmp(action, "-") == 0) action = nullptr;
    int status = 0;
    for (int i = first; i < argc; i++) {
        const int number = signal_number(argv[i]);
        if (number < 0) complain("trap: there is no signal %s", argv[i]), status = 1;
        if (number >= 0) set_action(number, action);
    }
    return status;
}

}  // namespace sh
