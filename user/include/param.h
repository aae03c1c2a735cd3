/* For programs of xv6 for x86: kernel/param.h. */
#pragma once

#include "kernel/param.h"
