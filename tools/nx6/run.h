// nx6 run: a command in the guest, with our standard streams.
#pragma once

#include <string>

namespace nx6 {

struct Streams {
    int input = 0;  // -1: none
    int output = 1, errors = 2;
};

// How the command ended: with this exit status or, if signal is not 0, killed by it.
struct Ended {
    int status = 0, signal = 0;
    bool interrupted = false;  // we got SIGINT, and passed it on
};

// Runs the command line over a connection to the agent. SIGINT is passed on; the second one ends this
// program, and with its connection the command.
Ended run(int socket, const std::string& line, const Streams& streams);

}  // namespace nx6
