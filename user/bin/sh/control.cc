// Builtins that decide what runs next.
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "builtins.h"
#include "execute.h"
#include "jobs.h"
#include "redirect.h"
#include "shell.h"
#include "variables.h"

namespace sh {

namespace {

// The number in argv[1], or `otherwise`.
int number_of(int argc, char** argv, int otherwise) {
    if (argc < 2) return otherwise;
    char* end;
    const long n = strtol(argv[1], &end, 10);
    if (*end || end == argv[1] || n < 0) fail("%s: %s is no number", argv[0], argv[1]);
    return static_cast<int>(n & 0x7fffffff);
}

}  // namespace

int colon_builtin(int, char**) { return 0; }
int false_builtin(int, char**) { return 1; }

int break_builtin(int argc, char** argv) {
    const int levels = number_of(argc, argv, 1);
    if (levels == 0) fail("%s: 0 is no number of loops", argv[0]);
    if (shell.loops == 0) return 0;
    shell.flow = argv[0][0] == 'b' ? Flow::Break : Flow::Continue;
    shell.levels = levels < shell.loops ? levels : shell.loops;
    return 0;
}

int return_builtin(int argc, char** argv) {
    const int status = number_of(argc, argv, shell.status);
    shell.flow = Flow::Return;
    return status & 255;
}

int exit_builtin(int argc, char** argv) {
    static bool warned;
    if (shell.interactive && !warned && has_stopped_jobs()) {
        warned = true;
        complain("there are stopped jobs");
        return 1;
    }
    leave(number_of(argc, argv, shell.status) & 255);
}

int eval_builtin(int argc, char** argv) {
    Text text(shell.scratch);
    for (int i = 1; i < argc; i++) {
        if (i > 1) text.add(' ');
        text.add(argv[i]);
    }
    shell.status = 0;
    return run_text(text.c_str(), text.size(), shell.line);
}

int dot_builtin(int argc, char** argv) {
    if (argc < 2) fail(".: a file name is missing");
    const char* path = argv[1];
    if (!strchr(path, '/')) {
        Text local(shell.scratch);
        local.add("./");
        local.add(path);
        const char* found = find_program(path);
        path = found ? found : local.c_str();
    }
    const int loops = shell.loops;
    shell.loops = 0;
    shell.calls++;
    const int status = run_file(path);
    if (status < 0) fail(".: cannot open %s: %s", argv[1], strerror(errno));
    shell.calls--;
    shell.loops = loops;
    if (shell.flow == Flow::Return) shell.flow = Flow::Normal;
    return status;
}

int exec_builtin(int argc, char** argv) {
    if (argc < 2) return 0;
    const int status = execute_program(argv + 1);
    if (shell.interactive) return status;
    leave(status);
}

namespace {

constexpr const char* kReserved[] = {"if",   "then", "else", "elif", "fi", "while", "until", "for",
                                     "case", "esac", "do",   "done", "in", "{",     "}",     "!"};

// What a name is; null: nothing.
const char* kind_of(const char* name) {
    for (const char* word : kReserved) {
        if (strcmp(word, name) == 0) return "a shell keyword";
    }
    const Builtin* builtin = find_builtin(name);
    if (builtin && builtin->special) return "a special shell builtin";
    if (find_function(name)) return "a shell function";
    return builtin ? "a shell builtin" : nullptr;
}

int describe(const char* name, bool in_words) {
    const char* kind = kind_of(name);
    const char* path = kind ? nullptr : find_program(name);
    if (!kind && !path) {
        if (in_words) print("%s: not found\n", name);
        return kNoSuchCommand;
    }
    if (!in_words)
        print("%s\n", kind ? name : path);
    else
        print("%s is %s\n", name, kind ? kind : path);
    return 0;
}

}  // namespace

int type_builtin(int argc, char** argv) {
    int status = 0;
    for (int i = 1; i < argc; i++) status |= describe(argv[i], true);
    return status;
}

// Without functions; the errors of a special builtin do not end the script.
int command_builtin(int argc, char** argv) {
    int first = 1;
    const bool shows = argc > 1 && (strcmp(argv[1], "-v") == 0 || strcmp(argv[1], "-V") == 0);
    if (shows) return argc > 2 ? describe(argv[2], argv[1][1] == 'V') : 0;
    while (first < argc && (strcmp(argv[first], "-p") == 0 || strcmp(argv[first], "--") == 0)) first++;
    if (first == argc) return 0;
    if (const Builtin* builtin = find_builtin(argv[first])) return builtin->run(argc - first, argv + first);
    Job* job = new_job(argv[first]);
    if (start_process(*job, true) == 0) _exit(execute_program(argv + first));
    return wait_in_foreground(*job);
}

}  // namespace sh
