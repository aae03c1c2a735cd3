/* The modes of sbrk(). Plain C. */
#pragma once
#define SBRK_EAGER 1 /* allocate all pages now, or fail */
#define SBRK_LAZY  2 /* allocate a page at its first access; the program is killed if none is free */
