/* Usage texts and error messages, for programs written with user.h and with POSIX's headers alike. */
#pragma once

#include "sys/cdefs.h"

BEGIN_C
extern const char* program_name NX6(program_name); /* argv[0] without its folders */
/* If the first argument is -h or --help: prints the usage and exits with status 0. */
void help_if_asked(int argc, char** argv, const char* usage) NX6(help_if_asked);
/* Prints the usage on fd 2 and exits with status 1. */
void bad_usage(const char* usage) NX6(bad_usage) __attribute__((noreturn));
/* The same with another status: POSIX wants 2 of grep, sort, cmp and test. */
void bad_usage_as(int status, const char* usage) NX6(bad_usage_as) __attribute__((noreturn));
/* Prints "NAME: ..." on fd 2 and exits with status 1. */
void die(const char* format, ...) NX6(die) __attribute__((noreturn)) POSIX_PRINTF(1, 2);
void complain(const char* format, ...) NX6(complain) POSIX_PRINTF(1, 2); /* the same, without exit */

/* If the whole text is a decimal number from min to max: sets *value and returns 1. Otherwise returns 0. */
int parse_number(const char* text, long min, long max, long* value) NX6(parse_number);
END_C
