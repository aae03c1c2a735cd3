// The C library's memory and string functions. GCC emits calls of the first four, so a freestanding program
// must define them. On the host this includes <cstring>.
#pragma once

#if __STDC_HOSTED__
#include <cstring>
#else
#include "lib/types.h"

extern "C" {
void* memcpy(void* __restrict to, const void* __restrict from, usize n);
void* memmove(void* to, const void* from, usize n);
void* memset(void* to, int byte, usize n);
int memcmp(const void* a, const void* b, usize n);
void* memchr(const void* p, int byte, usize n);
usize strlen(const char* s);
usize strnlen(const char* s, usize limit);
int strcmp(const char* a, const char* b);
int strncmp(const char* a, const char* b, usize n);
}
#endif
