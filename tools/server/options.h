// The server's command line.
#pragma once

namespace server {

struct Options {
    int echo = 0, dns = 0, sink = 0, http = 0;  // ports; 0: not served
    const char* www = nullptr;
    const char* lock = nullptr;
    bool quiet = false;
};

// Ends the program after --help, and after an error.
Options parse_options(int argc, char** argv);

}  // namespace server
