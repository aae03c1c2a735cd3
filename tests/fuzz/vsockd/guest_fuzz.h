// What a fuzzer does to vsockd: the bytes of one input are the acts of a guest (and its programs) that may do
// anything.
#pragma once

#include <string>
#include <vector>

#include "lib/types.h"

namespace fuzz {

// Starts a guest with its vsockd, lets it do what the input says, and checks that vsockd still serves an
// honest guest. Aborts if it does not.
void run_guest(Bytes input);

// Inputs that reach every part: honest conversations, and each of the lies that the unit tests know.
std::vector<std::string> seeds();

}  // namespace fuzz
