/* POSIX: search in an array that is not sorted. */
#pragma once

#include <stddef.h>

#include "sys/cdefs.h"

BEGIN_C
/* Null: not found. */
void* lfind(const void* key, const void* array, size_t* count, size_t size,
            int (*compare)(const void*, const void*));
/* The same, but appends the key if it is not found; the array must have room for it. */
void* lsearch(const void* key, void* array, size_t* count, size_t size,
              int (*compare)(const void*, const void*));
END_C
