// sh: reads a line, parses it (user/bin/sh/parse.h has the grammar) and runs it.
//
// Only cd and exit run in the shell itself; every other command is a program, found under the given name or,
// for a name without a slash, in /.
#include "abi/signal.h"
#include "abi/wait.h"
#include "line/line.h"
#include "parse.h"
#include "termios.h"
#include "user.h"

namespace {

using namespace sh;

const char kUsage[] =
    "sh [FILE | -c COMMAND]      runs the commands of FILE, COMMAND, or the lines of its standard input\n"
    "  a | b    a < in > out    a >> out    2> errors    a ; b    a && b    a || b    a &    ( a ; b ) > "
    "out\n"
    "  cd [DIRECTORY]    exit [STATUS]    'literal'    \"with $? expanded\"    # comment";

constexpr int kCannotRun = 126, kNoSuchCommand = 127;  // as in POSIX

extern "C" long raw_sigaction(int number, const signal_action* action, signal_action* old)
    NX6_CALL(sigaction);

// 0: the default; 1: ignored.
void set_background_output(unsigned long handler) {
    const signal_action action{.handler = handler, .mask = 0, .flags = 0, .restorer = 0};
    raw_sigaction(SIGTTOU, &action, nullptr);
}

constinit Arena arena;
int last_status;
bool interactive;  // reads the console: each pipeline is a process group, in the foreground until it ends

int run_list(const List& list);

// Replaces $? by the status in every word of a pipeline. What does not fit into `text` is cut off; `text` is
// reused once the pipeline has started.
void expand_words(Command& first) {
    static char text[1024];
    unsigned used = 0;
    for (Command* c = &first; c; c = c->next) {
        for (int i = 0; i < c->argc; i++) {
            const char* word = c->argv[i];
            if (!strchr(word, kStatusMark)) continue;
            c->argv[i] = text + used;
            for (; *word && used + 16 < sizeof text; word++) {
                if (*word != kStatusMark)
                    text[used++] = *word;
                else
                    used += static_cast<unsigned>(snprintf(text + used, 16, "%d", last_status));
            }
            text[used] = '\0';
            if (used + 1 < sizeof text) used++;
        }
    }
}

// ---- in the child ----

int open_redirect(const Redirect& r) {
    if (r.kind == Redirection::Input) return open(r.path, O_RDONLY);
    if (r.kind == Redirection::Output) return open(r.path, O_WRONLY | O_CREATE | O_TRUNC);
    // There is no O_APPEND: reading to the end moves the offset there.
    const int fd = open(r.path, O_RDWR | O_CREATE);
    char skipped[256];
    while (fd >= 0 && read(fd, skipped, sizeof skipped) > 0) {
    }
    return fd;
}

// dup() takes the lowest free descriptor. The shell keeps 0, 1 and 2 open, so that is `to`.
void move_fd(int from, int to) {
    if (from == to) return;
    close(to);
    if (dup(from) != to) die("cannot redirect descriptor %d: use 0, 1 or 2", to);
    close(from);
}

void redirect(const Redirect* list) {
    for (const Redirect* r = list; r; r = r->next) {
        const int fd = open_redirect(*r);
        if (fd < 0) die("cannot open %s: %s", r->path, strerror(fd));
        move_fd(fd, r->fd);
    }
}

[[noreturn]] void execute(char** argv) {
    int error = exec(argv[0], argv);
    if (error == -ENOENT && !strchr(argv[0], '/')) {
        char path[MAXPATH];
        snprintf(path, sizeof path, "/%s", argv[0]);
        error = exec(path, argv);
        if (error == -ENOENT) {
            complain("%s: no such command (`ls /` lists them)", argv[0]);
            exit(kNoSuchCommand);
        }
    }
    complain("cannot run %s: %s", argv[0], strerror(error));
    exit(error == -ENOENT ? kNoSuchCommand : kCannotRun);
}

// From now on Ctrl-C ends it and what it starts.
void enter_foreground(int group) {
    if (!interactive) return;
    setpgid(0, group);
    if (group == 0) tcsetpgrp(0, getpid());
    set_background_output(0);
    interactive = false;
}

[[noreturn]] void run_in_child(const Command& command) {
    redirect(command.redirects);
    if (command.group) exit(run_list(*command.group));
    execute(command.argv);
}

// ---- in the shell ----

// A child's status as $? shows it: -1 if it was killed, but 130 after Ctrl-C. An inner shell passes -1 on as
// 255.
int status_of(int how) {
    if (WIFEXITED(how)) return WEXITSTATUS(how) == 255 ? -1 : WEXITSTATUS(how);
    if (WIFSTOPPED(how)) return 128 + WSTOPSIG(how);
    return WTERMSIG(how) == SIGINT ? 128 + SIGINT : -1;
}

// Waits for n processes and returns the status of the last. Others that end meanwhile are reaped too. It does
// not wait for a process that has stopped.
int wait_for(const int* pids, int n) {
    int status = 1;
    for (int left = n; left > 0;) {
        int how;
        const int pid = waitpid(-1, &how, interactive ? WUNTRACED : 0);
        if (pid < 0) return status;
        for (int i = 0; i < n; i++) {
            if (pids[i] != pid) continue;
            left--;
            if (WIFSTOPPED(how)) complain("process %d has stopped: `kill -CONT %d` continues it", pid, pid);
            if (i == n - 1) status = status_of(how);
        }
    }
    return status;
}

// Starts a command that reads from `in` and writes to `out`; `unused` is the end of the pipe that is the
// next command's, or -1. `group` is the pid of the pipe's first command, or 0: this is the first.
int start(const Command& command, int in, int out, int unused, int group) {
    const int pid = fork();
    if (pid < 0) complain("cannot start %s: %s", command.group ? "( )" : command.argv[0], strerror(pid));
    if (pid > 0 && interactive)
        setpgid(pid, group);  // the child does so too: it is in the group whichever runs first
    if (pid != 0) return pid;
    enter_foreground(group);
    if (unused >= 0) close(unused);
    move_fd(in, 0);
    move_fd(out, 1);
    run_in_child(command);
}

// A command that succeeds may change the terminal's settings, as stty does. What one that fails or is killed
// has changed is undone.
void take_back_terminal(int status) {
    static struct termios settings;
    static bool known;
    tcsetpgrp(0, 0);
    if (known && status != 0)
        tcsetattr(0, TCSADRAIN, &settings);
    else
        known = tcgetattr(0, &settings) == 0;
}

int run_pipe(const Command* first) {
    int pids[kMaxCommands];
    int n = 0, in = 0;
    bool started = true;
    for (const Command* c = first; c && started; c = c->next) {
        int ends[2] = {-1, 1};
        const int result = c->next ? pipe(ends) : 0;
        if (result < 0) complain("cannot make a pipe: %s", strerror(result));
        const int pid = result < 0 ? result : start(*c, in, ends[1], ends[0], n ? pids[0] : 0);
        started = pid > 0;
        if (started) pids[n++] = pid;
        if (in != 0) close(in);
        if (c->next && result >= 0) close(ends[1]);
        in = ends[0];
    }
    if (in > 0) close(in);
    const int status = wait_for(pids, n);
    if (interactive) take_back_terminal(status);
    return started ? status : 1;
}

int change_directory(const Command& command) {
    const char* path = command.argc > 1 ? command.argv[1] : "/";
    const int result = chdir(path);
    if (result < 0) complain("cannot change to directory %s: %s", path, strerror(result));
    return result < 0;
}

[[noreturn]] void leave(const Command& command) {
    exit(command.argc > 1 ? atoi(command.argv[1]) : last_status);
}

int run_pipeline(Command& first) {
    expand_words(first);
    if (!first.next && !first.group && first.argc > 0) {
        if (strcmp(first.argv[0], "cd") == 0) return change_directory(first);
        if (strcmp(first.argv[0], "exit") == 0) leave(first);
    }
    return run_pipe(&first);
}

int run_and_or(const AndOr& item) {
    for (const Pipeline* p = item.first; p; p = p->next) {
        const bool run = p->when == When::Always || (p->when == When::AfterSuccess) == (last_status == 0);
        if (run) last_status = run_pipeline(*p->first);
    }
    return last_status;
}

// The command is started by a child that ends at once: so init becomes its parent, and reaps it.
int run_in_background(const AndOr& item) {
    const int pid = fork();
    if (pid < 0) complain("cannot start a process: %s", strerror(pid));
    if (pid == 0) {
        if (interactive) setpgid(0, 0);  // Ctrl-C does not end it
        if (interactive) set_background_output(0);
        interactive = false;
        if (fork() == 0) exit(run_and_or(item));
        exit(0);
    }
    return pid < 0 ? 1 : wait_for(&pid, 1);
}

int run_list(const List& list) {
    for (const AndOr* item = list.first; item; item = item->next) {
        last_status = item->background ? run_in_background(*item) : run_and_or(*item);
    }
    return last_status;
}

int run_text(const char* text) {
    const Parsed parsed = parse(text, arena);
    if (parsed.list) return run_list(*parsed.list);
    complain("%s", parsed.error);
    return last_status = 2;
}

// True with the next line; a line that is too long is skipped. After Ctrl-C the line is empty.
bool next_line(int fd, char* line, int size) {
    static line::Reader reader("/.sh_history");
    for (;;) {
        const int n = interactive ? reader.read("$ ", line, size) : fgetline(fd, line, size);
        if (n == -EINTR) {
            line[0] = '\0';
            return true;
        }
        if (n <= 0) return false;
        if (n < size - 1 || line[n - 1] == '\n') return true;
        while (line[n - 1] != '\n' && read(fd, &line[n - 1], 1) == 1) {
        }
        complain("a line of more than %d characters was not run", size - 2);
    }
}

int run_lines(int fd, bool prompt) {
    static char line[4097];
    interactive = prompt;
    if (interactive) {
        set_background_output(1);  // it takes the terminal back from the background
        take_back_terminal(0);
    }
    for (;;) {
        if (!next_line(fd, line, sizeof line)) return last_status;
        run_text(line);
    }
}

bool is_console(int fd) {
    struct stat st;
    return fstat(fd, &st) == 0 && st.type == T_DEVICE;
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    if (argc == 3 && strcmp(argv[1], "-c") == 0) return run_text(argv[2]);
    if (argc > 2 || (argc == 2 && argv[1][0] == '-')) bad_usage(kUsage);
    if (argc == 1) return run_lines(0, is_console(0));
    const int script = open(argv[1], O_RDONLY);
    if (script < 0) die("cannot open %s: %s", argv[1], strerror(script));
    return run_lines(script, false);
}
