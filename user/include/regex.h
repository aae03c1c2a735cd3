/* POSIX: regular expressions, basic and extended (XBD 9). The time to match is the product of the lengths of
 * the text and of the expression, for all expressions. So there are no back references (\1): REG_ESUBREG. The
 * match is the leftmost and longest. Also GNU's \+ \? \| in basic ones, and \w \W \s \S. */
#pragma once

#include <stddef.h>

#include "sys/cdefs.h"

typedef long regoff_t;
typedef struct {
    size_t re_nsub; /* parenthesised expressions */
    void* nx6_program;
} regex_t;
typedef struct {
    regoff_t rm_so, rm_eo; /* from, to; -1: not part of the match */
} regmatch_t;

/* of regcomp() */
#define REG_EXTENDED 1
#define REG_ICASE    2
#define REG_NEWLINE  4 /* . and [^a] do not match a newline; ^ and $ match at lines */
#define REG_NOSUB    8
/* of regexec() */
#define REG_NOTBOL 1
#define REG_NOTEOL 2

#define REG_NOMATCH  1
#define REG_BADPAT   2
#define REG_ECOLLATE 3
#define REG_ECTYPE   4
#define REG_EESCAPE  5
#define REG_ESUBREG  6
#define REG_EBRACK   7
#define REG_EPAREN   8
#define REG_EBRACE   9
#define REG_BADBR    10
#define REG_ERANGE   11
#define REG_ESPACE   12 /* no memory, or too large: 20,000 steps, 64 parentheses in one another */
#define REG_BADRPT   13

#define RE_DUP_MAX 255

BEGIN_C
int regcomp(regex_t* regex, const char* pattern,
            int flags); /* 0, or an error; then there is nothing to free */
int regexec(const regex_t* regex, const char* text, size_t count, regmatch_t matches[], int flags);
size_t regerror(int error, const regex_t* regex, char* text, size_t size);
void regfree(regex_t* regex);
END_C
