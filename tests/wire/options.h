// The lossy box's command line.
#pragma once

#include <array>
#include <string>

#include "tests/wire/weather.h"

namespace wire {

struct Options {
    std::array<std::string, 2> ends;  // A and B, as open_end() takes them
    std::array<Weather, 2> weather;   // of frames that enter at A; at B
    u64 seed = 1;
    bool help = false;
};

// The arguments behind the program's name. Throws Problem (end.h).
Options parse_options(char** arguments);

extern const char kUsage[];

}  // namespace wire
