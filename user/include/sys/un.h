/* POSIX: addresses of AF_UNIX sockets. */
#pragma once

#include "abi/un.h"
#include "sys/types.h"

/* The length of an address whose path has a terminating zero. */
#define SUN_LEN(a) (offsetof(struct sockaddr_un, sun_path) + __builtin_strlen((a)->sun_path))
