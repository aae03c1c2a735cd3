// The command line.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "net/dump/dump.h"
#include "pktdump/program.h"
#include "pktdump/time_style.h"

namespace pktdump {

extern const char* const kHelp;

struct Options {
    net::DumpMode mode = net::DumpMode::Full;
    TimeStyle time = TimeStyle::TimeOfDay;
    u64 first = 1, last = std::numeric_limits<u64>::max();  // --packets
    u64 count = std::numeric_limits<u64>::max();            // -c
    bool number = false;                                    // -#
    bool at_once = false;                                   // -l, -U
    bool help = false;
    ProgramStyle program = ProgramStyle::None;  // -d
    std::string expression;                     // empty: every packet
    std::optional<std::string> file;
    std::optional<std::string> write_to;
};

// Reads the arguments that follow the program's name. Nothing, with `error` set, if they are wrong.
std::optional<Options> parse_options(const std::vector<std::string>& arguments, std::string& error);

}  // namespace pktdump
