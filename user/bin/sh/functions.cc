// Functions, and the programs whose syntax trees they are part of.
#include <stdlib.h>

#include "execute.h"
#include "shell.h"
#include "variables.h"

namespace sh {

struct Function {
    char* name;
    Command* body;
    Program* program;
    Function* next;
};

namespace {

Function* functions;
Running* innermost;

}  // namespace

void keep(Program& program) { program.users++; }
void drop(Program& program) {
    if (--program.users) return;
    program.arena.release();
    free(&program);
}

Running::Running(Program& runs) : program(runs), outer_(innermost) {
    innermost = this;
    keep(program);
}
void Running::end() {
    innermost = outer_;
    drop(program);
}
void end_all_programs() {
    while (innermost) innermost->end();
}

Function* find_function(const char* name) {
    for (Function* f = functions; f; f = f->next) {
        if (strcmp(f->name, name) == 0) return f;
    }
    return nullptr;
}

bool remove_function(const char* name) {
    for (Function** at = &functions; *at; at = &(*at)->next) {
        Function* f = *at;
        if (strcmp(f->name, name) != 0) continue;
        *at = f->next;
        drop(*f->program);
        free(f->name);
        free(f);
        return true;
    }
    return false;
}

void forget_functions() {
    while (functions) remove_function(functions->name);
}

void define_function(const char* name, Command* body) {
    auto* f = static_cast<Function*>(malloc(sizeof(Function)));
    char* copy = f ? strdup(name) : nullptr;
    if (!copy) fail("out of memory");
    keep(innermost->program);
    remove_function(name);
    *f = {copy, body, &innermost->program, functions};
    functions = f;
}

// The function may be changed while it runs, so it keeps its program.
int call_function(Function& f, int argc, char** argv) {
    Running running(*f.program);
    Frame frame(true);
    frame.parameters.list = argv + 1;
    frame.parameters.count = argc - 1;
    const int loops = shell.loops;
    shell.loops = 0;
    shell.calls++;
    run_command(*f.body);
    shell.calls--;
    shell.loops = loops;
    if (shell.flow == Flow::Return) shell.flow = Flow::Normal;
    frame.end();
    running.end();
    return shell.status;
}

}  // namespace sh
