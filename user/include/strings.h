/* POSIX: comparisons that ignore case. */
#pragma once

#include <stddef.h>

#include "sys/cdefs.h"

BEGIN_C
int strcasecmp(const char* a, const char* b);
int strncasecmp(const char* a, const char* b, size_t n);
char* index(const char* s, int c) POSIX(index);
char* rindex(const char* s, int c);
void bzero(void* to, size_t n);
void bcopy(const void* from, void* to, size_t n);
int bcmp(const void* a, const void* b, size_t n);
int ffs(int n); /* the number of the lowest bit that is set, from 1; 0: none */
int ffsl(long n);
int ffsll(long long n);
END_C
