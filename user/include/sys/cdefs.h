/* What POSIX's headers here have in common.
 *
 * Their functions fail with -1 (or a null pointer) and leave the reason in errno, as POSIX wants it; the
 * functions of the same names in user.h are xv6's, and return the error negated. So both can be linked into
 * one library, POSIX's have symbols of their own: POSIX(read) makes read() the symbol posix_read. */
#pragma once

#ifdef __cplusplus
#define BEGIN_C extern "C" {
#define END_C   }
#else
#define BEGIN_C
#define END_C
#endif

#define POSIX(name) __asm__("posix_" #name)

/* Our own functions keep their symbols apart, too: a program may have a die() of its own. */
#define NX6(name) __asm__("nx6_" #name)

#define POSIX_PRINTF(text, first) __attribute__((format(printf, text, first)))
