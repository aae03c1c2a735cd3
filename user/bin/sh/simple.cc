// Simple commands: assignments, functions, builtins, programs.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "execute.h"
#include "expand.h"
#include "jobs.h"
#include "redirect.h"
#include "shell.h"
#include "variables.h"

namespace sh {

namespace {

// set -x: prints the command as it is run, when its assignments have been made, to the shell's own output for
// errors.
class Trace {
  public:
    Trace() : fd_(shell.options.trace ? copy_high(2) : -1) {}
    ~Trace() {
        if (fd_ >= 0) close(fd_);
    }
    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;
    void print(const Command& c, char** argv) const;

  private:
    const int fd_;
};

void Trace::print(const Command& c, char** argv) const {
    if (fd_ < 0) return;
    Text text(shell.scratch);
    const char* prefix = value_of("PS4");
    text.add(prefix ? prefix : "+ ");
    const char* between = "";
    for (const Assignment* a = c.assignments; a; a = a->next, between = " ") {
        text.add(between);
        text.add(a->name);
        text.add('=');
        text.add(value_of(a->name));
    }
    for (; *argv; argv++, between = " ") text.add(between), text.add(*argv);
    dprintf(fd_, "%s\n", text.c_str());
}

void assign(const Command& c, Frame* frame, bool exported) {
    for (const Assignment* a = c.assignments; a; a = a->next) {
        const char* value = expand_text(*a->value);
        if (frame) frame->save(a->name);
        set_variable(a->name, value);
        if (exported) make_variable(a->name).exported = true;
    }
}

// A builtin or a function, in the shell itself. Redirections of `exec` alone stay.
int run_here(const Command& c, const Builtin* builtin, Function* function, Fields& argv) {
    const Trace trace;
    Redirected redirected;
    const bool special = builtin && builtin->special;
    if (!redirected.apply(c.redirects)) {
        redirected.undo();
        if (special && !shell.interactive) leave(kMisused);
        return 1;
    }
    Frame frame(false);
    assign(c, special ? nullptr : &frame, !special);
    trace.print(c, argv.list);
    if (special && strcmp(builtin->name, "exec") == 0) redirected.keep();
    const int status =
        function ? call_function(*function, argv.count, argv.list) : builtin->run(argv.count, argv.list);
    frame.end();
    redirected.undo();
    return status;
}

[[noreturn]] void become_program(const Command& c, Fields& argv) {
    const Trace trace;
    if (!redirect_for_good(c.redirects)) leave(1);
    assign(c, nullptr, true);
    trace.print(c, argv.list);
    _exit(execute_program(argv.list));
}

// No command: the assignments stay, and the redirections are only tried.
int run_assignments(const Command& c) {
    Redirected redirected;
    const bool done = redirected.apply(c.redirects);
    redirected.undo();
    if (!done) return 1;
    assign(c, nullptr, false);
    char* none = nullptr;
    if (c.assignments) Trace().print(c, &none);
    return shell.substituted;
}

// For the list of jobs.
char* joined(char** argv) {
    Text text(shell.scratch);
    for (; *argv && text.size() < 60; argv++) {
        if (text.size()) text.add(' ');
        text.add(*argv);
    }
    return text.c_str();
}

struct Found {
    const Builtin* builtin = nullptr;
    Function* function = nullptr;
};
Found find(char** argv) {
    Found found;
    const char* name = argv[0];
    found.builtin = find_builtin(name);
    // The usage is that of the program of this name, if there is one.
    const bool asks = found.builtin && !found.builtin->special && argv[1] && strcmp(argv[1], "--help") == 0;
    if (asks && strcmp(name, "echo") != 0 && find_program(name)) found.builtin = nullptr;
    if (!found.builtin || !found.builtin->special) found.function = find_function(name);
    return found;
}

}  // namespace

int run_simple(const Command& c) {
    Fields argv(shell.scratch);
    shell.substituted = 0;
    expand_fields(c.words, argv);
    if (argv.count == 0) return run_assignments(c);
    const Found found = find(argv.list);
    if (found.builtin || found.function) return run_here(c, found.builtin, found.function, argv);
    Job* job = new_job(joined(argv.list));
    if (start_process(*job, true) == 0) become_program(c, argv);
    return wait_in_foreground(*job);
}

void run_in_child(const Command& c) {
    shell.line = c.line;
    if (c.kind != CommandKind::Simple) {
        if (!redirect_for_good(c.redirects)) leave(1);
        leave(c.kind == CommandKind::Subshell ? run_list(*c.body) : run_compound(c));
    }
    Fields argv(shell.scratch);
    expand_fields(c.words, argv);
    if (argv.count == 0) leave(run_assignments(c));
    const Found found = find(argv.list);
    if (found.builtin || found.function) leave(run_here(c, found.builtin, found.function, argv));
    become_program(c, argv);
}

// ---- programs ----

char* find_program(const char* name) {
    if (strchr(name, '/')) return access(name, X_OK) == 0 ? shell.scratch.copy(name) : nullptr;
    const char* folders = value_of("PATH");
    for (const char* folder = folders ? folders : "/"; folder;) {
        const size_t n = strcspn(folder, ":");
        Text path(shell.scratch);
        path.add(folder, n);
        if (n && path.last() != '/') path.add('/');
        path.add(name);
        struct stat st;
        if (stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) && access(path.c_str(), X_OK) == 0)
            return path.c_str();
        folder = folder[n] ? folder + n + 1 : nullptr;
    }
    return nullptr;
}

int execute_program(char** argv) {
    const bool is_path = strchr(argv[0], '/');
    char* path = is_path ? argv[0] : find_program(argv[0]);
    if (path) {
        execve(path, argv, environment(shell.scratch).list);
        // POSIX: what the kernel does not know is a script.
        if (errno == ENOEXEC) run_as_script(path, argv);
    }
    if (!path || errno == ENOENT) {
        complain(is_path ? "cannot run %s: no such file" : "%s: no such command (`ls /` lists them)",
                 argv[0]);
        return kNoSuchCommand;
    }
    complain("cannot run %s: %s", argv[0], strerror(errno));
    return kCannotRun;
}

}  // namespace sh
