// Makes a scenario that fails smaller: leaves out elements as long as it fails.
#pragma once

#include <functional>

#include "scenario.h"

namespace sim {

// The indices of the elements that remain. fails: does this scenario fail?
std::vector<usize> shrink(const Scenario& whole, const std::function<bool(const Scenario&)>& fails);

// The scenario with only these elements.
Scenario only(const Scenario& whole, const std::vector<usize>& indices);

}  // namespace sim
