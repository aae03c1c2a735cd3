// Runs many seeds, in several processes.
#pragma once

#include <optional>

#include "simulation.h"

namespace sim {

struct Range {
    u64 first, count;
    unsigned processes;
    bool progress;  // print it
};

struct Failure {
    u64 seed;
    std::string why;
};

// Stops soon after the first failure; of several it returns the one with the lowest seed.
std::optional<Failure> run_many(const Range& range, Totals& totals);

}  // namespace sim
