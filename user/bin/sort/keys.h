/* Keys of sort (POSIX, sort, "-k"): which part of a line is compared, and how. */
#pragma once

#include <stddef.h>

struct how {
    int numeric, reverse, fold, skip_blanks;
};
struct key {
    int from_field, from_char; /* counted from 1 */
    int to_field, to_char;     /* field 0: to the end of the line; character 0: to the end of the field */
    int skip_end_blanks;       /* b of the end */
    struct how how;
};

/* Reads FIELD[.CHAR][bfnr][,FIELD[.CHAR][bfnr]]. Returns 0 if it is malformed. The key has the options of
 * `usual` unless it has some of its own. */
int parse_key(const char* text, struct key* key);
int has_own_options(const struct key* key);

/* Compares two lines by one key, or by all of the line: negative, 0 or positive, before the key's reversal.
 * `separator` is -t's, or 0: a field then begins with the blanks before it. */
int compare_by_key(const char* a, const char* b, const struct key* key, char separator);
