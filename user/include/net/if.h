/* POSIX and Linux: network interfaces. */
#pragma once

#include "abi/if.h"
#include "sys/socket.h"

#define IF_NAMESIZE IFNAMSIZ

BEGIN_C
unsigned if_nametoindex(const char* name) POSIX(if_nametoindex); /* 0: there is none, and errno is set */
char* if_indextoname(unsigned index, char* name) POSIX(if_indextoname); /* null: likewise */
END_C
