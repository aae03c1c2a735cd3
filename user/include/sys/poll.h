#include "poll.h"
