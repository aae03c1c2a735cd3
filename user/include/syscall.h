/* For programs of xv6 for x86: kernel/syscall.h. */
#pragma once

#include "kernel/syscall.h"
