/* Device numbers, for mknod(). */
#pragma once

#include "abi/devices.h"

#define CONSOLE DEV_CONSOLE
