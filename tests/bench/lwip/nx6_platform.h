// What the contest does with the clock of nx6's stack.
#pragma once

#include "lib/time.h"

namespace contest {

void pass(Duration d);
// Moves the clock to the next timer and lets it expire. False: there is none.
bool fire_next_timer();

}  // namespace contest
