// The time of day, from the RTC.
#pragma once

#include "lib/types.h"

// Nanoseconds since 1970.
u64 wall_time();
