/* What lwIP wants to know of the compiler. */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LWIP_ERRNO_STDINCLUDE      1
#define LWIP_PLATFORM_DIAG(x)      (void)0
#define LWIP_PLATFORM_ASSERT(text) abort()
#define LWIP_RAND()                ((u32_t)rand())
#define lwip_htons(x)              ((u16_t)__builtin_bswap16(x))
#define lwip_htonl(x)              ((u32_t)__builtin_bswap32(x))
