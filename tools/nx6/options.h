// The command line of nx6.
#pragma once

#include <string>
#include <vector>

namespace nx6 {

struct Options {
    enum class What { Run, Put, Get } what = What::Run;
    std::string vsock;               // the guest's socket; "": the default one
    int wait_seconds = 0;            // for a guest that is still booting
    bool has_input = true;           // run: standard input is passed on
    std::vector<std::string> words;  // COMMAND..., or the names
};

// Ends the program after --help, and after an error.
Options parse_options(int argc, char** argv);

}  // namespace nx6
