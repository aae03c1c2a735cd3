// fnmatch(). Only the last * is ever tried again, at each later position, so the time is at most the product
// of the lengths.
#include "fnmatch.h"

#include "regex/program.h"

namespace {

class Pattern {
  public:
    Pattern(const char* text, int flags) : start_(text), flags_(flags) {}

    bool matches(const char* p, const char* t) const {
        const char *star = nullptr, *again = nullptr;
        for (;;) {
            if (*p == '*' && !hidden(t)) {
                while (*p == '*') p++;
                star = p, again = t;
                continue;
            }
            const char* next = *t ? one(p, t) : nullptr;
            if (next) {
                p = next, t++;
            } else if (!*p && !*t) {
                return true;
            } else if (star && *again && !(path() && *again == '/')) {
                p = star, t = ++again;
            } else {
                return false;
            }
        }
    }

  private:
    bool path() const { return flags_ & FNM_PATHNAME; }
    bool hidden(const char* t) const {
        return flags_ & FNM_PERIOD && *t == '.' && (t == start_ || (path() && t[-1] == '/'));
    }
    u8 fold(char c) const {
        const auto byte = static_cast<u8>(c);
        return flags_ & FNM_CASEFOLD ? regex::lower(byte) : byte;
    }

    // Matches one byte. Returns what follows in the pattern, or null.
    const char* one(const char* p, const char* t) const {
        const bool special = !hidden(t) && !(path() && *t == '/');
        if (*p == '?') return special ? p + 1 : nullptr;
        if (*p == '[') {
            if (const char* end = set(p, *t)) return end == p || !special ? nullptr : end;
        }
        if (*p == '\\' && !(flags_ & FNM_NOESCAPE) && p[1]) p++;
        return *p && fold(*p) == fold(*t) ? p + 1 : nullptr;
    }
    // p itself: the set does not have the byte. Null: this is no set.
    const char* set(const char* p, char byte) const {
        regex::Set s;
        bool inverted = false;
        const char* end = p + 1;
        const bool other = *end == '!';
        if (other) end++;
        if (regex::read_set(end, flags_ & FNM_CASEFOLD, s, inverted)) return nullptr;
        return s.has(static_cast<u8>(byte)) != (inverted || other) ? end : p;
    }

    const char* start_;
    int flags_;
};

}  // namespace

extern "C" int fnmatch(const char* pattern, const char* text, int flags) {
    return Pattern(text, flags).matches(pattern, text) ? 0 : FNM_NOMATCH;
}
