// vsockd's command line.
#pragma once

#include <string>

#include "lib/types.h"

namespace vsockd {

struct Options {
    std::string path;  // the socket at which programs connect
    std::string qemu;  // the socket at which QEMU connects
    u32 cid = 3;
    u32 connections = 1023;
    bool once = false;
    bool verbose = false;
};

// Ends the program after --help, and after an error.
Options parse_options(int argc, char** argv);

}  // namespace vsockd
