// The state of the shell that all its parts share.
#pragma once

#include <signal.h>

#include "memory.h"
#include "tree.h"

namespace sh {

constexpr int kCannotRun = 126, kNoSuchCommand = 127;  // POSIX's exit statuses
constexpr int kMisused = 2;                            // a syntax error, or a builtin's wrong arguments

// A syntax tree. A function that it defines keeps it.
struct Program {
    Arena arena;
    int users = 0;
};
void keep(Program& program);
void drop(Program& program);

enum class Flow : unsigned char { Normal, Break, Continue, Return };  // what skips commands

struct Options {
    bool exit_on_error, no_unset, trace, no_globs, monitor;  // -e -u -x -f -m
};

struct Shell {
    const char* name = "sh";  // $0
    int status = 0;           // $?
    int substituted = 0;      // of the last $( )
    int pid = 0;              // $$, also in a subshell
    int background_pid = 0;   // $!
    int line = 0;             // of the command that runs
    Options options{};
    bool is_script = false;    // messages name the line
    bool interactive = false;  // errors return to the prompt
    int terminal = -1;         // with job control

    Flow flow = Flow::Normal;
    int levels = 0;  // to break or continue
    int loops = 0;   // around the command that runs
    int calls = 0;   // of functions, and of files by `.`
    int nested = 0;  // commands in commands
    int tested = 0;  // in a condition: set -e does not count
    Arena scratch;   // the words of commands that run
};
extern Shell shell;

void complain(const char* format, ...) __attribute__((format(printf, 1, 2)));
// Gives up the command line: an interactive shell returns to its prompt, another one exits.
[[noreturn]] void fail(const char* format, ...) __attribute__((format(printf, 1, 2)));
[[noreturn]] void abandon(int status);
// Ends the process, after the trap for EXIT.
[[noreturn]] void leave(int status);

// Runs the commands of a text; returns the last status.
int run_text(const char* text, size_t size, int line = 1);
int run_file(const char* path);
// Only of a script that begins a process anew: forgets functions and variables that are not exported.
[[noreturn]] void run_as_script(const char* path, char** argv);

}  // namespace sh
