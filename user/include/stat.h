/* For programs of xv6 for x86: kernel/stat.h. */
#pragma once

#include "kernel/stat.h"
