/* C: memory, numbers, the end of a program. */
#pragma once

#include <stddef.h>

#include "sys/cdefs.h"

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX     0x7fffffff

BEGIN_C
void* malloc(size_t n);
void* calloc(size_t count, size_t n);
void* realloc(void* p, size_t n);
void free(void* p);
void exit(int status) POSIX(exit) __attribute__((noreturn));
void abort(void) __attribute__((noreturn)); /* ends the program by SIGABRT; its handler may run before */
int atexit(void (*f)(void)) POSIX(atexit);
char* getenv(const char* name) POSIX(getenv); /* null: there is no environment */
int atoi(const char* s) POSIX(atoi);
long atol(const char* s) POSIX(atol);
long long atoll(const char* s) POSIX(atol);
double atof(const char* s);
double strtod(const char* s, char** end); /* decimal; no hexadecimal, no infinities */
long strtol(const char* s, char** end, int base);
unsigned long strtoul(const char* s, char** end, int base);
long long strtoll(const char* s, char** end, int base) __asm__("strtol");
unsigned long long strtoull(const char* s, char** end, int base) __asm__("strtoul");
int abs(int n);
long labs(long n);
int rand(void);
void srand(unsigned seed);
void qsort(void* array, size_t count, size_t size, int (*compare)(const void*, const void*));
void* bsearch(const void* key, const void* array, size_t count, size_t size,
              int (*compare)(const void*, const void*));
END_C
