// Run: the processes and pipes of a command.
//
//     the process that serves the connection waits for the command, and writes its status to `ended`
//       |-- the command: the shell in a process group of its own
//       '-- the pump, with the socket
//
// poll() does not report the end of a child, but it does report that a pipe can be read. So the pump gets the
// status through one.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pump.h"
#include "session.h"

namespace agent {
namespace {

constexpr int kCannotRun = 126;  // as in POSIX

class Pipe {
  public:
    Pipe() = default;
    ~Pipe() { close_reader(), close_writer(); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    bool open() { return pipe(ends_) == 0; }
    int reader() const { return ends_[0]; }
    int writer() const { return ends_[1]; }
    void close_reader() { close_end(0); }
    void close_writer() { close_end(1); }

  private:
    void close_end(int end) {
        if (ends_[end] >= 0) close(ends_[end]);
        ends_[end] = -1;
    }
    int ends_[2] = {-1, -1};
};

struct Pipes {
    Pipe input, output, errors, ended;

    bool open() { return input.open() && output.open() && errors.open() && ended.open(); }
    // exec() closes nothing: the command must hold no end, or another would wait for it.
    void keep_for_command() {
        dup2(input.reader(), 0);
        dup2(output.writer(), 1);
        dup2(errors.writer(), 2);
        for (Pipe* p : {&input, &output, &errors, &ended}) p->close_reader(), p->close_writer();
    }
    void keep_for_pump() {
        input.close_reader();
        output.close_writer();
        errors.close_writer();
        ended.close_writer();
    }
    void keep_for_waiting() {
        for (Pipe* p : {&input, &output, &errors}) p->close_reader(), p->close_writer();
        ended.close_reader();
    }
};

[[noreturn]] void become_command(Channel& c, Pipes& pipes, const char* shell, const char* line) {
    char option[] = "-c";
    char* argv[] = {const_cast<char*>(shell), option, const_cast<char*>(line), nullptr};
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    pipes.keep_for_command();
    close(c.fd);
    execv(shell, argv);
    const char* reason = strerror(errno);
    for (const char* part : {"agent: cannot run the shell: ", reason, "\n"}) {
        if (write(2, part, strlen(part)) < 0) break;
    }
    _exit(kCannotRun);
}

[[noreturn]] void become_pump(Channel& c, Pipes& pipes, pid_t command) {
    pipes.keep_for_pump();
    Pump pump(c, command,
              {pipes.input.writer(), pipes.output.reader(), pipes.errors.reader(), pipes.ended.reader()});
    pump.run();
    linger(c.fd);
    _exit(0);
}

void report_end(pid_t command, int fd) {
    int how;
    if (waitpid(command, &how, 0) != command) return;
    ExitStatus exit{};
    if (WIFSIGNALED(how))
        exit.signal = static_cast<u32>(WTERMSIG(how));
    else
        exit.status = static_cast<u32>(WEXITSTATUS(how));
    if (write(fd, &exit, sizeof exit) < 0) return;  // the pump has been killed
}

}  // namespace

void run_command(Channel& c, const char* shell, const char* line) {
    Pipes pipes;
    if (!pipes.open()) return refuse(c, "the guest has no pipe for the command: %s", strerror(errno));
    const pid_t command = fork();
    if (command == 0) become_command(c, pipes, shell, line);
    // Before the pump exists, because it sends signals to the group. The child does so too: whichever runs
    // first.
    if (command > 0) setpgid(command, command);
    const pid_t pump = command < 0 ? -1 : fork();
    if (pump == 0) become_pump(c, pipes, command);
    if (pump < 0) refuse(c, "the guest has no process for the command: %s", strerror(errno));
    if (pump < 0 && command > 0) kill_group(command);
    if (pump > 0) {
        close(c.fd);  // the pump has it
        c.fd = -1;
    }
    pipes.keep_for_waiting();
    if (command > 0) report_end(command, pipes.ended.writer());
    pipes.ended.close_writer();
    if (pump > 0) waitpid(pump, nullptr, 0);
}

}  // namespace agent
