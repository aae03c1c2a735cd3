#pragma once

#include "arch/trap.h"

// Does what the program asks for in a7 and a0..a5; the result, or an Errno negated, goes to a0.
void system_call(arch::TrapFrame& frame);
