// sh: a shell as POSIX describes it (docs/shell.md).
//
//   input -> lexer, word -> parser, compound -> tree -> execute, simple, functions -> builtins, programs
//                                                 words: expand, parameter, glob, arithmetic, substitute
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "builtins.h"
#include "execute.h"
#include "jobs.h"
#include "parser.h"
#include "redirect.h"
#include "shell.h"
#include "traps.h"
#include "variables.h"

extern char** environ;

namespace sh {

Shell shell;

namespace {

const char kUsage[] =
    "usage: sh [-efux] [FILE [ARGUMENT...]]      runs the commands of FILE, or of its standard input\n"
    "       sh [-efux] -c COMMANDS [NAME [ARGUMENT...]]\n"
    "       sh -s [ARGUMENT...]                  runs the commands of its standard input\n"
    "  -e: a command that fails ends it; -u: an unset variable is an error; -x: prints each command;\n"
    "  -f: no patterns of file names. docs/shell.md describes the language.\n";

jmp_buf prompt;  // where an error of an interactive shell returns to

// What a command line that was given up has left.
void clean_up() {
    end_all_frames();
    undo_all_redirections();
    end_all_programs();
    shell.scratch.release();
    shell.flow = Flow::Normal;
    shell.nested = shell.loops = shell.calls = shell.tested = 0;
    shell.options.monitor = shell.interactive;
}

void say(const char* format, va_list args) {
    char text[512];
    vsnprintf(text, sizeof text, format, args);
    const char* slash = strrchr(shell.name, '/');
    const char* name = slash ? slash + 1 : shell.name;
    if (shell.is_script)
        dprintf(2, "%s: line %d: %s\n", name, shell.line, text);
    else
        dprintf(2, "%s: %s\n", name, text);
}

Program& new_program() {
    auto* memory = malloc(sizeof(Program));
    if (!memory) fail("out of memory");
    return *new (memory) Program;
}

// Runs all commands of a source.
int run_source(Source& source) {
    const Arena::Mark mark = shell.scratch.mark();
    while (shell.flow == Flow::Normal) {
        if (shell.interactive && shell.nested == 0)
            report_jobs();
        else
            look_after_children();
        Running running(new_program());
        source.begin(running.program.arena);
        const List* list = Parser(source, running.program.arena).next_commands();
        if (list) run_list(*list);
        running.end();
        shell.scratch.release(mark);
        if (!list) break;
    }
    return shell.status;
}

}  // namespace

void complain(const char* format, ...) {
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
}

void fail(const char* format, ...) {
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
    abandon(kMisused);
}

void abandon(int status) {
    shell.status = status;
    if (!shell.interactive) leave(status);
    clean_up();
    longjmp(prompt, 1);
}

void leave(int status) {
    static bool leaving;
    if (leaving) _exit(status);
    leaving = true;
    shell.status = status;
    shell.interactive = false;
    run_exit_trap();
    _exit(shell.status & 255);
}

int run_text(const char* text, size_t size, int line) {
    Source source(text, size, line);
    return run_source(source);
}

int run_file(const char* path) {
    size_t size;
    const char* text = read_file(path, shell.scratch, size);
    return text ? run_text(text, size) : -1;
}

void run_as_script(const char* path, char** argv) {
    forget_functions();
    forget_unexported_variables();
    end_all_frames();
    shell.name = path;
    shell.is_script = true;
    shell.flow = Flow::Normal;
    shell.options = {};
    shell.loops = shell.calls = shell.nested = shell.tested = 0;
    int argc = 0;
    while (argv[argc]) argc++;
    parameters().set(argv + 1, argc - 1);
    size_t size;
    const char* text = read_file(path, shell.scratch, size);
    // The kernel has refused the interpreter that a first line #! names.
    if (text && strncmp(text, "#!", 2) != 0) leave(run_text(text, size));
    complain("cannot run %s: %s", path, strerror(text ? ENOEXEC : errno));
    leave(kCannotRun);
}

namespace {

[[noreturn]] void run_interactively() {
    Source input(0);
    if (setjmp(prompt) == 0) {
        shell.interactive = true;
        shell.terminal = copy_high(0);
        if (!value_of("PS1")) set_variable("PS1", "$ ");
        if (!value_of("PS2")) set_variable("PS2", "> ");
        prepare_signals();
        take_terminal();
    }
    for (;;) {
        run_source(input);
        if (shell.flow == Flow::Normal) leave(shell.status);
        shell.flow = Flow::Normal;
    }
}

int run_script(int argc, char** argv) {
    shell.name = argv[0];
    shell.is_script = true;
    parameters().set(argv + 1, argc - 1);
    const int status = run_file(argv[0]);
    if (status >= 0) return status;
    const int error = errno;
    shell.is_script = false;
    complain("cannot open %s: %s", argv[0], strerror(error));
    return error == ENOENT ? kNoSuchCommand : kCannotRun;
}

void set_first_variables() {
    char path[1024];
    import_environment(environ);
    set_variable("IFS", " \t\n");
    set_variable("OPTIND", "1");
    if (getcwd(path, sizeof path)) set_variable("PWD", path);
    char parent[16];
    snprintf(parent, sizeof parent, "%d", static_cast<int>(getppid()));
    set_variable("PPID", parent);
    shell.scratch.release();
}

[[noreturn]] void misused() {
    dprintf(2, "%s", kUsage);
    _exit(kMisused);
}

int run_input(int argc, char** argv, bool must_prompt) {
    parameters().set(argv, argc);
    if (must_prompt || isatty(0)) run_interactively();
    Source source(0);
    return run_source(source);
}

}  // namespace

int main_of_shell(int argc, char** argv) {
    shell.pid = getpid();
    set_first_variables();
    bool command = false, input = false, prompts = false;
    int i = 1;
    for (; i < argc && (argv[i][0] == '-' || argv[i][0] == '+') && argv[i][1]; i++) {
        if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0) return print("%s", kUsage), 0;
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        char letters[16];
        int n = 0;
        for (const char* c = argv[i] + 1; *c; c++) {
            if (*c == 'c')
                command = true;
            else if (*c == 's')
                input = true;
            else if (*c == 'i')
                prompts = true;
            else if (n < 15)
                letters[n++] = *c;
        }
        letters[n] = '\0';
        if (!set_options(letters, argv[i][0] == '-')) misused();
    }
    if (command) {
        if (i == argc) misused();
        const char* text = argv[i++];
        if (i < argc) shell.name = argv[i++];
        parameters().set(argv + i, argc - i);
        return run_text(text, strlen(text));
    }
    if (i < argc && !input) return run_script(argc - i, argv + i);
    return run_input(argc - i, argv + i, prompts);
}

}  // namespace sh

int main(int argc, char** argv) { sh::leave(sh::main_of_shell(argc, argv)); }
