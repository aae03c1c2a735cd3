/* open()'s flags. */
#pragma once

#include "abi/fcntl.h"
