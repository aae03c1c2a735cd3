// What random system calls are called with: numbers, pointers, paths, addresses and structures, good, half
// good and bad.
#pragma once

#include "usertests/kit.h"

namespace usertests {

// One argument of this kind, a letter each:
//   f descriptor   b buffer   n length   p path   x program   v argument vector   i small number   a IPv4
//   address k pid to kill   c pktdump mode   d device   s bytes for sbrk   t ticks to sleep   j what every
//   call must refuse
// of the socket calls:
//   A family   Y type   O protocol   S address   L its length   l where a length is   m MSG_*   h how to shut
//   down V level   N option   o its value   P pollfds   q how many   T milliseconds   C command of fcntl D
//   nanoseconds   w what to list   r route   R what to do with it
// Any other letter is anything.
long random_argument(Draw& draw, char kind);

// Where most pointers point: text, mostly.
void fill_area(Draw& draw);

}  // namespace usertests
