// C: integers, and the end of a program.
#include "posix/posix.h"
#include "second_name.h"

struct Division {  // div_t
    int quot, rem;
};
struct LongDivision {  // ldiv_t
    long quot, rem;
};

extern "C" {

// --- the end ---

static void (*at_exit[32])();
static int at_exit_count;

int posix_atexit(void (*f)()) {
    if (at_exit_count == 32) return -1;
    at_exit[at_exit_count++] = f;
    return 0;
}

[[gnu::weak]] int posix_fflush(void* file);  // linked only if the program uses stdio

void posix_exit(int status) {
    while (at_exit_count > 0) at_exit[--at_exit_count]();
    if (posix_fflush) posix_fflush(nullptr);
    exit(status);
}

[[noreturn]] void abort();

[[noreturn]] void __assert_failed(const char* file, int line, const char* condition) {
    complain("%s:%d: assertion failed: %s", file, line, condition);
    abort();
}

// --- numbers ---

static int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'z') return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
    return 99;
}

// Parses blanks, a sign, the prefix of the base, digits. Returns the magnitude; if it is too large, the
// largest.
static unsigned long parse(const char* s, char** end, int base, bool& negative, bool& too_large) {
    const char* p = s;
    if (base < 0 || base == 1 || base > 36) {
        errno = EINVAL;
        if (end) *end = const_cast<char*>(s);
        return negative = false, 0;
    }
    while (*p == ' ' || (*p >= '\t' && *p <= '\r')) p++;
    negative = *p == '-';
    if (*p == '-' || *p == '+') p++;
    const bool hex = p[0] == '0' && (p[1] | 0x20) == 'x' && digit_of(p[2]) < 16;
    if (hex && (base == 0 || base == 16)) p += 2, base = 16;
    if (base == 0) base = *p == '0' ? 8 : 10;
    const char* first = p;
    unsigned long n = 0;
    for (; digit_of(*p) < base; p++) {
        const auto digit = static_cast<unsigned long>(digit_of(*p)), b = static_cast<unsigned long>(base);
        too_large |= n > (~0ul - digit) / b;
        n = too_large ? ~0ul : n * b + digit;
    }
    if (too_large) errno = ERANGE;
    if (end) *end = const_cast<char*>(p == first ? s : p);
    return n;
}

unsigned long strtoul(const char* s, char** end, int base) {
    bool negative, too_large = false;
    const unsigned long n = parse(s, end, base, negative, too_large);
    return negative && !too_large ? -n : n;
}

long strtol(const char* s, char** end, int base) {
    bool negative, too_large = false;
    const unsigned long n = parse(s, end, base, negative, too_large), most = ~0ul >> 1;
    if (n > most + negative) return errno = ERANGE, static_cast<long>(most + negative);
    return static_cast<long>(negative ? -n : n);
}

int posix_atoi(const char* s) { return static_cast<int>(strtol(s, nullptr, 10)); }
long posix_atol(const char* s) { return strtol(s, nullptr, 10); }
int abs(int n) { return n < 0 ? -n : n; }
long labs(long n) { return n < 0 ? -n : n; }
Division div(int n, int by) { return {n / by, n % by}; }
LongDivision ldiv(long n, long by) { return {n / by, n % by}; }

}  // extern "C"

SECOND_NAME(posix_atoll, posix_atol);
SECOND_NAME(strtoll, strtol);
SECOND_NAME(strtoull, strtoul);
SECOND_NAME(llabs, labs);
SECOND_NAME(lldiv, ldiv);
