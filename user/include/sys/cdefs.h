/* Common to POSIX's headers.
 *
 * Their functions fail with -1 (or a null pointer) and set errno, as POSIX requires; the functions of the
 * same names in user.h are xv6's, and return the error negated. To link both into one library, POSIX's have
 * symbols of their own: POSIX(read) gives read() the symbol posix_read. */
#pragma once

#ifdef __cplusplus
#define BEGIN_C extern "C" {
#define END_C   }
#else
#define BEGIN_C
#define END_C
#endif

#define POSIX(name) __asm__("posix_" #name)

/* Our own functions have symbols of their own too: a program may define its own die(). */
#define NX6(name) __asm__("nx6_" #name)

#define POSIX_PRINTF(text, first) __attribute__((format(printf, text, first)))
