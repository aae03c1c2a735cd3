#pragma once

#include "regex/program.h"

namespace regex {

enum class Outcome { Match, NoMatch, NoMemory };

// Finds the leftmost and longest match. `best` gets the positions of the first `slots` / 2 groups, of which
// the first is the whole match; slots is at least 2.
struct Search {
    const char* text;
    int slots;
    bool not_start, not_end;  // the text's ends are not those of a line
};
Outcome run(const Program& program, const Search& search, long* best);

}  // namespace regex
