// The C locale is the only one.
#include "locale.h"

#include "string.h"

extern "C" {

char* setlocale(int category, const char* locale) {
    static char name[] = "C";
    const bool known = !locale || !*locale || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0;
    return known && category >= LC_CTYPE && category <= LC_ALL ? name : nullptr;
}

lconv* localeconv() {
    static char point[] = ".", none[] = "";
    constexpr char kUnknown = 127;  // CHAR_MAX: not available
    static lconv c{point, none,     none,     none,     none,     none,     none,     none,     none,
                   none,  kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown};
    return &c;
}

}  // extern "C"
