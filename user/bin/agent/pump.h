// Moves bytes between the connection and a running command, in all directions at once, with one poll().
//
//     socket --Input--> input_ --> command's standard input           at most kInputWindow bytes are held
//     socket <--Output, Errors---- command's output and errors        one frame is held; the rest is in the
//     pipes socket <--Exit-------------- the process that waits for the command
#pragma once

#include <sys/types.h>

#include "agent/frame.h"

namespace agent {

class Pump {
  public:
    // The descriptors are: the writing end of the command's input, the reading ends of its output and errors,
    // and one from which an ExitStatus can be read when it has ended. `command` is also its process group.
    struct Ends {
        int input, output, errors, ended;
    };
    Pump(Channel& c, pid_t command, const Ends& ends);

    // Until the command has ended and nx6 has been told. If the connection ends first, or sends nonsense, the
    // command is killed.
    void run();

  private:
    // Output that the command wrote before its end is in the pipe then. What the processes that it left
    // behind add may have no end: so no more than a pipe holds is sent.
    static constexpr usize kMostAfterEnd = 65536;
    struct Source {
        int fd;
        Kind kind;
        usize left = kMostAfterEnd;
    };

    bool turn();
    void next_frame();
    bool forward(Source& from);
    bool hear();
    bool obey();
    bool take_input(Bytes data);
    void feed();
    void end_input();
    bool learn_end();

    Channel& c_;
    const pid_t command_;
    int input_fd_;
    Source sources_[2];
    usize first_ = 0;  // the source whose turn it is
    int ended_fd_;
    bool has_ended_ = false, exit_is_sent_ = false;
    ExitStatus exit_{};

    u32 credit_due_ = 0;  // bytes that the command has read, and nx6 does not know it
    bool input_is_all_ = false;
    usize at_ = 0, end_ = 0;  // of input_
    u8 input_[kInputWindow];
};

// Kills the group until it has no process: one that forks at the same moment may leave a child.
void kill_group(pid_t group);

}  // namespace agent
