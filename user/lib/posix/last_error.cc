// The reason of the last failure.
#include "errno.h"

int errno;
