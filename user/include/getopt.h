/* GNU: getopt_long(). getopt() is in unistd.h. */
#pragma once

#include "unistd.h"

#define no_argument       0
#define required_argument 1
#define optional_argument 2

struct option {
    const char* name;
    int has_arg; /* no_argument ... */
    int* flag;   /* if not null, val is stored there and getopt_long() returns 0 */
    int val;
};

BEGIN_C
/* As getopt(), and --NAME, --NAME=VALUE, --NAME VALUE; a name may be shortened if it stays unique. *index is
 * set to the option's. Options end at the first word that is none, as in POSIX: words are not moved. */
int getopt_long(int argc, char* const argv[], const char* letters, const struct option* options, int* index);
/* The same, also for -NAME. */
int getopt_long_only(int argc, char* const argv[], const char* letters, const struct option* options,
                     int* index);
END_C
