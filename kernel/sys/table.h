#pragma once

#include "arch/trap.h"

// Executes the system call: number in a7, arguments in a0..a5. Sets a0 to the result or the negative Errno.
void system_call(arch::TrapFrame& frame);
