/* For programs of xv6 for x86: kernel/fs.h. */
#pragma once

#include "kernel/fs.h"
