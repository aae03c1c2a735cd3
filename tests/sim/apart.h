// A run in a process of its own, so that a crash or an endless loop is a verdict like others.
#pragma once

#include "simulation.h"

namespace sim {

// Text is sent to the caller over a pipe, which holds more than a verdict.
// quiet: what the run prints, such as a panic, is discarded.
std::string fails_apart(const Scenario& scenario, bool quiet);

// Ends the process if a run takes longer; reported as a crash.
void limit_run_time();

// What the end of a process means; empty: it has ended well.
std::string describe_end(int status);

}  // namespace sim
