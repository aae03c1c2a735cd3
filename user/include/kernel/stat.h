/* T_DIR, T_FILE, T_DEVICE and struct stat, as fstat() fills it. */
#pragma once

#include "abi/stat.h"
