#include "unistd.h"
