/* Common to POSIX's headers.
 *
 * Their functions fail with -1 (or a null pointer) and set errno, as POSIX requires; the functions of the
 * same names in user.h are xv6's, and return the error negated; they have other symbols, so that one library
 * has both. Where the library is compiled, POSIX's read() is posix_read() (tools/library). */
#pragma once

#ifdef __cplusplus
#define BEGIN_C extern "C" {
#define END_C   }
#else
#define BEGIN_C
#define END_C
#endif

#ifdef NX6_LIBRARY
#define POSIX(name) __asm__("posix_" #name)
#else
#define POSIX(name) __asm__(#name)
#endif

/* Our own functions, and the system calls as user.h has them. C reserves names with two underscores: so a
 * program may define its own die(). */
#define NX6(name)      __asm__("__nx6_" #name)
#define NX6_CALL(name) __asm__("__raw_" #name)

#define POSIX_PRINTF(text, first) __attribute__((format(printf, text, first)))
