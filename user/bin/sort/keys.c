#include "keys.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- reads a key's description ---- */

static int parse_position(const char** text, int* field, int* character) {
    char* end;
    *field = (int)strtol(*text, &end, 10);
    if (!isdigit((unsigned char)**text)) return 0;
    if (*end == '.') {
        if (!isdigit((unsigned char)end[1])) return 0;
        *character = (int)strtol(end + 1, &end, 10);
    }
    *text = end;
    return *field > 0;
}

static int parse_letters(const char** text, struct how* how, int* skip_blanks) {
    for (; **text && **text != ','; ++*text) {
        switch (**text) {
            case 'b': *skip_blanks = 1; break;
            case 'f': how->fold = 1; break;
            case 'n': how->numeric = 1; break;
            case 'r': how->reverse = 1; break;
            default: return 0;
        }
    }
    return 1;
}

int parse_key(const char* text, struct key* key) {
    memset(key, 0, sizeof *key);
    key->from_char = 1;
    if (!parse_position(&text, &key->from_field, &key->from_char) || key->from_char < 1) return 0;
    if (!parse_letters(&text, &key->how, &key->how.skip_blanks)) return 0;
    if (*text == '\0') return 1;
    text++;
    return parse_position(&text, &key->to_field, &key->to_char) &&
           parse_letters(&text, &key->how, &key->skip_end_blanks) && *text == '\0';
}

int has_own_options(const struct key* key) {
    const struct how* h = &key->how;
    return h->numeric || h->reverse || h->fold || h->skip_blanks || key->skip_end_blanks;
}

/* ---- finds the part of a line ---- */

static const char* after_blanks(const char* p) {
    while (*p == ' ' || *p == '\t') p++;
    return p;
}

static const char* field_end(const char* p, char separator) {
    if (separator) return p + strcspn(p, (char[]){separator, '\0'});
    p = after_blanks(p);
    return p + strcspn(p, " \t");
}

static const char* field_start(const char* line, int field, char separator) {
    for (; field > 1 && *line; field--) {
        line = field_end(line, separator);
        if (separator && *line) line++;
    }
    return line;
}

static const char* advanced(const char* p, int count) {
    while (count-- > 0 && *p) p++;
    return p;
}

static const char* key_start(const char* line, const struct key* key, char separator) {
    const char* p = field_start(line, key->from_field, separator);
    if (key->how.skip_blanks) p = after_blanks(p);
    return advanced(p, key->from_char - 1);
}

static const char* key_end(const char* line, const struct key* key, char separator) {
    if (key->to_field == 0) return line + strlen(line);
    const char* p = field_start(line, key->to_field, separator);
    if (key->to_char == 0) return field_end(p, separator);
    if (key->skip_end_blanks) p = after_blanks(p);
    return advanced(p, key->to_char);
}

/* ---- compares ---- */

struct number {
    int negative;
    const char *digits, *decimals; /* without leading zeros of the first */
    size_t digit_count, decimal_count;
};

/* A number of any length at the start of the text; 0 if there is none. */
static struct number number_at(const char* p, const char* end) {
    struct number n = {0, p, p, 0, 0};
    while (p < end && (*p == ' ' || *p == '\t')) p++;
    if (p < end && *p == '-') n.negative = 1, p++;
    while (p < end && *p == '0') p++;
    n.digits = p;
    while (p < end && isdigit((unsigned char)*p)) p++;
    n.digit_count = (size_t)(p - n.digits);
    if (p < end && *p == '.') {
        n.decimals = ++p;
        while (p < end && isdigit((unsigned char)*p)) p++;
        n.decimal_count = (size_t)(p - n.decimals);
        while (n.decimal_count > 0 && n.decimals[n.decimal_count - 1] == '0') n.decimal_count--;
    }
    if (n.digit_count == 0 && n.decimal_count == 0) n.negative = 0;
    return n;
}

static int compare_bytes(const char* a, size_t na, const char* b, size_t nb) {
    const int order = memcmp(a, b, na < nb ? na : nb);
    return order ? order : (na > nb) - (na < nb);
}

static int compare_numbers(struct number a, struct number b) {
    if (a.negative != b.negative) return a.negative ? -1 : 1;
    int order = (a.digit_count > b.digit_count) - (a.digit_count < b.digit_count);
    if (order == 0) order = memcmp(a.digits, b.digits, a.digit_count);
    if (order == 0) order = compare_bytes(a.decimals, a.decimal_count, b.decimals, b.decimal_count);
    return a.negative ? -order : order;
}

static int compare_folded(const char* a, const char* a_end, const char* b, const char* b_end) {
    for (; a < a_end && b < b_end; a++, b++) {
        const int order = toupper((unsigned char)*a) - toupper((unsigned char)*b);
        if (order) return order;
    }
    return (a < a_end) - (b < b_end);
}

int compare_by_key(const char* a, const char* b, const struct key* key, char separator) {
    const char *a_start = key_start(a, key, separator), *a_end = key_end(a, key, separator);
    const char *b_start = key_start(b, key, separator), *b_end = key_end(b, key, separator);
    if (a_end < a_start) a_end = a_start;
    if (b_end < b_start) b_end = b_start;
    if (key->how.numeric) return compare_numbers(number_at(a_start, a_end), number_at(b_start, b_end));
    if (key->how.fold) return compare_folded(a_start, a_end, b_start, b_end);
    return compare_bytes(a_start, (size_t)(a_end - a_start), b_start, (size_t)(b_end - b_start));
}
