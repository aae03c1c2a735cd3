// The lossy box's command line.
#pragma once

#include <array>
#include <string>

#include "tests/wire/weather.h"

namespace wire {

struct Options {
    std::array<std::string, 2> ends;  // A and B, as for open_end()
    std::array<Weather, 2> weather;   // for frames that enter at A, and at B
    u64 seed = 1;
    bool help = false;
};

// Parses the arguments after the program's name. Throws Problem (end.h).
Options parse_options(char** arguments);

extern const char kUsage[];

}  // namespace wire
