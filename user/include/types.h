/* xv6's names for unsigned integers. xv6's programs include this first, ours do not: then user.h and fcntl.h
 * have what xv6 has. */
#pragma once

#ifndef NX6_USER_H
#define NX6_XV6
#endif

typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned char uint8;
typedef unsigned short uint16;
typedef unsigned int uint32;
typedef unsigned long uint64;
