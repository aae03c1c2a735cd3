/* C: the locale, which is "C". */
#pragma once

#include <stddef.h>

#include "sys/cdefs.h"

#define LC_CTYPE    0
#define LC_NUMERIC  1
#define LC_TIME     2
#define LC_COLLATE  3
#define LC_MONETARY 4
#define LC_MESSAGES 5
#define LC_ALL      6

struct lconv {
    char *decimal_point, *thousands_sep, *grouping;
    char *int_curr_symbol, *currency_symbol, *mon_decimal_point, *mon_thousands_sep, *mon_grouping;
    char *positive_sign, *negative_sign;
    char int_frac_digits, frac_digits, p_cs_precedes, p_sep_by_space, n_cs_precedes, n_sep_by_space;
    char p_sign_posn, n_sign_posn;
};

BEGIN_C
char* setlocale(int category, const char* locale); /* "C"; null for a locale other than "", "C" and "POSIX" */
struct lconv* localeconv(void);
END_C
