/* SBRK_EAGER and SBRK_LAZY, for sys_sbrk(). */
#pragma once

#include "abi/vm.h"
