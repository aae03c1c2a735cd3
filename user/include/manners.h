/* A program's manners, for those written with user.h and with POSIX's headers alike. */
#pragma once

#include "sys/cdefs.h"

BEGIN_C
extern const char* program_name; /* argv[0] without its folders */
void help_if_asked(int argc, char** argv, const char* usage); /* -h or --help first: prints it, exits 0 */
void bad_usage(const char* usage) __attribute__((noreturn));  /* prints it on fd 2, exits 1 */
void die(const char* format, ...) __attribute__((noreturn)) POSIX_PRINTF(1, 2); /* "NAME: ..." on fd 2, exits 1 */
void complain(const char* format, ...) POSIX_PRINTF(1, 2);                      /* the same, and goes on */

/* The whole text is a decimal number from min to max: 1 and *value is set; else 0. */
int parse_number(const char* text, long min, long max, long* value);
END_C
