/* A program's manners, for those written with user.h and with POSIX's headers alike. */
#pragma once

#include "sys/cdefs.h"

BEGIN_C
extern const char* program_name NX6(program_name); /* argv[0] without its folders */
/* -h or --help first: prints it, exits 0 */
void help_if_asked(int argc, char** argv, const char* usage) NX6(help_if_asked);
/* Prints it on fd 2, exits 1. */
void bad_usage(const char* usage) NX6(bad_usage) __attribute__((noreturn));
/* "NAME: ..." on fd 2, exits 1 */
void die(const char* format, ...) NX6(die) __attribute__((noreturn)) POSIX_PRINTF(1, 2);
void complain(const char* format, ...) NX6(complain) POSIX_PRINTF(1, 2); /* the same, and goes on */

/* The whole text is a decimal number from min to max: 1 and *value is set; else 0. */
int parse_number(const char* text, long min, long max, long* value) NX6(parse_number);
END_C
