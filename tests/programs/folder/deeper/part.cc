#include "part.h"  // of the program's folder

const char* deeper_part() { return "a deeper one"; }
