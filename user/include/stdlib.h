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
/* Replaces the six X at the end, so that the name is new, and creates it. The last part of the path has at
 * most 14 bytes: ENAMETOOLONG. */
int mkstemp(char* path) POSIX(mkstemp);   /* a file, open for reading and writing */
char* mkdtemp(char* path) POSIX(mkdtemp); /* a directory; returns the path */
char* getenv(const char* name) POSIX(getenv);
int setenv(const char* name, const char* value, int overwrite) POSIX(setenv);
int unsetenv(const char* name) POSIX(unsetenv);
int putenv(char* text) POSIX(putenv); /* NAME=VALUE, which becomes part of the environment */
int clearenv(void) POSIX(clearenv);
int system(const char* command) POSIX(system); /* by the shell; the status is waitpid()'s. Null: 1 */
int atoi(const char* s) POSIX(atoi);
long atol(const char* s) POSIX(atol);
long long atoll(const char* s) POSIX(atoll);
double atof(const char* s);
/* The number nearest to the text, decimal or hexadecimal, of any length; errno is ERANGE if there is none. */
double strtod(const char* s, char** end);
float strtof(const char* s, char** end);
long double strtold(const char* s, char** end); /* with a double's precision */
long strtol(const char* s, char** end, int base);
unsigned long strtoul(const char* s, char** end, int base);
long long strtoll(const char* s, char** end, int base);
unsigned long long strtoull(const char* s, char** end, int base);
int abs(int n);
long labs(long n);
long long llabs(long long n);
typedef struct {
    int quot, rem;
} div_t;
typedef struct {
    long quot, rem;
} ldiv_t;
typedef struct {
    long long quot, rem;
} lldiv_t;
div_t div(int n, int by);
ldiv_t ldiv(long n, long by);
lldiv_t lldiv(long long n, long long by);

/* Random numbers, the same after each start: 31 bits. rand() and random() are one generator. */
int rand(void);
void srand(unsigned seed);
long random(void);
void srandom(unsigned seed);
int rand_r(unsigned* state);
/* POSIX's linear congruential generator of 48 bits: [0, 1), 31 bits without and 32 bits with a sign. */
double drand48(void);
double erand48(unsigned short state[3]);
long lrand48(void);
long nrand48(unsigned short state[3]);
long mrand48(void);
long jrand48(unsigned short state[3]);
void srand48(long seed);

/* Heapsort: in place, not stable, n log n comparisons in the worst case. */
void qsort(void* array, size_t count, size_t size, int (*compare)(const void*, const void*));
void* bsearch(const void* key, const void* array, size_t count, size_t size,
              int (*compare)(const void*, const void*));
/* The alignment is a power of two. Freed by free(). */
void* aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void** p, size_t alignment, size_t size)
    POSIX(posix_memalign); /* returns the error: EINVAL, ENOMEM */
END_C
