// Runs syntax trees.
#pragma once

#include "tree.h"

namespace sh {

int run_list(const List& list);  // sets and returns shell.status
int run_command(const Command& command);
int run_compound(const Command& command);  // without its redirections
int run_simple(const Command& command);
// In a process of its own, which it ends.
[[noreturn]] void run_in_child(const Command& command);

// Runs a program; returns only if it cannot be run, after a message, with the exit status.
int execute_program(char** argv);
// The path of a program in PATH; null: there is none.
char* find_program(const char* name);

// A function: a name and a command of a program, which is kept.
struct Function;
struct Program;
Function* find_function(const char* name);
void define_function(const char* name, Command* body);
bool remove_function(const char* name);
void forget_functions();
int call_function(Function& function, int argc, char** argv);

// A program that runs. They are a stack.
class Running {
  public:
    explicit Running(Program& program);
    void end();
    Program& program;

  private:
    Running* outer_;
};
void end_all_programs();

// Builtins. The special ones of POSIX come before functions, and their errors end a script.
struct Builtin {
    const char* name;
    int (*run)(int argc, char** argv);
    bool special;
};
const Builtin* find_builtin(const char* name);

void print(const char* format, ...) __attribute__((format(printf, 1, 2)));  // on descriptor 1

}  // namespace sh
