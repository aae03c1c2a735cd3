// Bracket expressions: [a-z], [^a], [[:alpha:]].
#include "ctype.h"
#include "regex.h"
#include "regex/program.h"
#include "string.h"

namespace regex {

bool in_class(const char* name, usize length, u8 byte, bool& known) {
    struct Class {
        const char* name;
        int (*has)(int);
    };
    static constexpr Class kClasses[] = {{"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank},
                                         {"cntrl", iscntrl}, {"digit", isdigit}, {"graph", isgraph},
                                         {"lower", islower}, {"print", isprint}, {"punct", ispunct},
                                         {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit}};
    for (const Class& c : kClasses) {
        if (strlen(c.name) == length && strncmp(c.name, name, length) == 0) return known = true, c.has(byte);
    }
    return known = false;
}

// The end of [:name:], [.name.] or [=name=], where p is behind the [ and its mark. Null: there is none.
static const char* end_of_name(const char* p, char mark) {
    for (; *p; p++) {
        if (p[0] == mark && p[1] == ']') return p;
    }
    return nullptr;
}

static int add_class(const char*& p, Set& set) {
    const char* end = end_of_name(p, ':');
    if (!end) return REG_EBRACK;
    bool known = true;
    for (int byte = 0; byte < 256 && known; byte++) {
        if (in_class(p, static_cast<usize>(end - p), static_cast<u8>(byte), known))
            set.add(static_cast<u8>(byte));
    }
    p = end + 2;
    return known ? 0 : REG_ECTYPE;
}

// One byte, which may be written [.a.] or [=a=].
static int read_byte(const char*& p, u8& byte) {
    const char mark = p[0] == '[' ? p[1] : '\0';
    if (mark != '.' && mark != '=') return byte = static_cast<u8>(*p++), 0;
    const char* end = end_of_name(p + 2, mark);
    if (!end) return REG_EBRACK;
    if (end != p + 3) return REG_ECOLLATE;
    byte = static_cast<u8>(p[2]);
    p = end + 2;
    return 0;
}

static int add_range(const char*& p, Set& set) {
    u8 from, to;
    if (const int error = read_byte(p, from)) return error;
    to = from;
    if (p[0] == '-' && p[1] && p[1] != ']') {
        p++;
        if (const int error = read_byte(p, to)) return error;
    }
    if (from > to) return REG_ERANGE;
    for (int byte = from; byte <= to; byte++) set.add(static_cast<u8>(byte));
    return 0;
}

int read_set(const char*& p, bool ignore_case, Set& set, bool& inverted) {
    inverted = *p == '^';
    if (inverted) p++;
    for (bool first = true; first || *p != ']'; first = false) {
        if (!*p) return REG_EBRACK;
        const bool named = p[0] == '[' && p[1] == ':';
        if (named) p += 2;
        if (const int error = named ? add_class(p, set) : add_range(p, set)) return error;
    }
    p++;
    for (int c = 'a'; c <= 'z' && ignore_case; c++) {
        const auto small = static_cast<u8>(c), large = static_cast<u8>(c - 32);
        if (set.has(small) || set.has(large)) set.add(small), set.add(large);
    }
    return 0;
}

}  // namespace regex
