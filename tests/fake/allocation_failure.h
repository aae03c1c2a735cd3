// Tests with failing allocations: each test runs again and again, and each time another allocation of the
// network stack fails (World::fail_at). The test then gets errors and loses packets, so what its body expects
// may fail: the first such failure ends the body. What counts is that nothing crashes or hangs, and that the
// fixture finds nothing left behind.
#pragma once

#include <string>
#include <vector>

namespace fake {

// A fixture calls this when it is complete: before that, the test ends without a judgement.
void begin_body();

// The destructor of a fixture calls this before it looks at what the test has left behind: failures count
// from here on.
void judge_what_is_left();

// Runs the tests whose names contain one of the words; without words, all. `every`: of all failures only each
// so many-th. Returns the exit status.
int fail_allocations(unsigned every, const std::vector<std::string>& words);

}  // namespace fake
