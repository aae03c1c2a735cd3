// What a person needs to find the cause of a failure: the scenario and the run in words, and the frames.
#pragma once

#include "simulation.h"

namespace sim {

// Runs the scenario, and writes NAME.txt, NAME.pcap and, if there is any vsock, NAME.vsock.pcap. A run that
// crashes leaves the text up to then.
void explain(const Scenario& scenario, const std::string& name);

void print_scenario(const Scenario& scenario);

}  // namespace sim
