// C: numbers, sorting, and the end of a program.
#include "posix/posix.h"

extern "C" {

// --- the end ---

static void (*at_exit[16])();
static int at_exit_count;

int posix_atexit(void (*f)()) {
    if (at_exit_count == 16) return -1;
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

[[noreturn]] void assert_failed(const char* file, int line, const char* condition) {
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

// Parses blanks, a sign, the prefix of the base, digits. Returns the magnitude, at most `most`.
static unsigned long parse(const char* s, char** end, int base, unsigned long most, bool& negative) {
    const char* p = s;
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
        if (n > (most - digit) / b) {
            errno = ERANGE;
            n = most;
            while (digit_of(p[1]) < base) p++;
            continue;
        }
        n = n * b + digit;
    }
    if (end) *end = const_cast<char*>(p == first ? s : p);
    return n;
}

unsigned long strtoul(const char* s, char** end, int base) {
    bool negative;
    const unsigned long n = parse(s, end, base, ~0ul, negative);
    return negative ? -n : n;
}

long strtol(const char* s, char** end, int base) {
    bool negative;
    const unsigned long n = parse(s, end, base, ~0ul, negative), most = ~0ul >> 1;
    if (n > most + negative) return errno = ERANGE, static_cast<long>(most + negative);
    return static_cast<long>(negative ? -n : n);
}

int posix_atoi(const char* s) { return static_cast<int>(strtol(s, nullptr, 10)); }
long posix_atol(const char* s) { return strtol(s, nullptr, 10); }
int abs(int n) { return n < 0 ? -n : n; }
long labs(long n) { return n < 0 ? -n : n; }

static unsigned random_state = 1;
void srand(unsigned seed) { random_state = seed; }
int rand() {
    random_state = random_state * 1103515245u + 12345u;
    return static_cast<int>(random_state >> 1);
}

// --- sorting and searching ---

static void swap_bytes_of(char* a, char* b, size_t n) {
    for (; n > 0; n--, a++, b++) {
        const char t = *a;
        *a = *b;
        *b = t;
    }
}

// Shell sort: in place, without recursion.
void qsort(void* array, size_t count, size_t size, int (*compare)(const void*, const void*)) {
    auto* base = static_cast<char*>(array);
    for (size_t gap = count / 2; gap > 0; gap /= 2) {
        for (size_t i = gap; i < count; i++) {
            for (size_t at = i; at >= gap; at -= gap) {
                char *left = base + (at - gap) * size, *right = base + at * size;
                if (compare(left, right) <= 0) break;
                swap_bytes_of(left, right, size);
            }
        }
    }
}

void* bsearch(const void* key, const void* array, size_t count, size_t size,
              int (*compare)(const void*, const void*)) {
    const auto* base = static_cast<const char*>(array);
    while (count > 0) {
        const char* middle = base + count / 2 * size;
        const int order = compare(key, middle);
        if (order == 0) return const_cast<char*>(middle);
        if (order > 0)
            base = middle + size, count -= count / 2 + 1;
        else
            count /= 2;
    }
    return nullptr;
}

}  // extern "C"
