#include "posix/scan.h"

#include "posix/posix.h"

extern "C" {
long strtol(const char* s, char** end, int base);
unsigned long strtoul(const char* s, char** end, int base);
double strtod(const char* s, char** end);
float strtof(const char* s, char** end);
}

namespace posix {

namespace {

bool is_blank(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

void skip_blanks(Source& in) {
    while (is_blank(in.peek())) in.take();
}

// One parsed conversion.
struct Conversion {
    bool drop = false;       // *
    bool allocate = false;   // m
    int width = 0;           // 0: any
    int size = sizeof(int);  // of an integer; 8 for double, 16 for long double
    char letter = 0;
    const char* set = nullptr;  // of %[
    const char* set_end = nullptr;

    const char* parse(const char* f) {
        if (*f == '*') drop = true, f++;
        for (; *f >= '0' && *f <= '9'; f++) width = width < 100'000'000 ? width * 10 + (*f - '0') : width;
        if (*f == 'm') allocate = true, f++;
        f = parse_size(f);
        letter = *f ? *f++ : '\0';
        return letter == '[' ? parse_set(f) : f;
    }
    const char* parse_size(const char* f) {
        switch (*f) {
            case 'h': size = f[1] == 'h' ? 1 : 2; return f + (f[1] == 'h' ? 2 : 1);
            case 'l': size = 8; return f + (f[1] == 'l' ? 2 : 1);
            case 'z':
            case 'j':
            case 't': size = 8; return f + 1;
            case 'L': size = 16; return f + 1;
            default: return f;
        }
    }
    const char* parse_set(const char* f) {
        set = f;
        if (*f == '^') f++;
        if (*f == ']') f++;
        while (*f && *f != ']') f++;
        set_end = f;
        return *f ? f + 1 : f;
    }

    bool accepts(int c) const {
        if (letter == 'c') return true;
        if (letter == 's') return !is_blank(c);
        const bool inverted = *set == '^';
        for (const char* p = set + inverted; p < set_end; p++) {
            const auto at = [p](int i) { return static_cast<unsigned char>(p[i]); };
            const bool range = p + 2 < set_end && p[1] == '-';
            if (range ? c >= at(0) && c <= at(2) : c == at(0)) return !inverted;
            if (range) p += 2;
        }
        return inverted;
    }

    void store(va_list* args, long value) const {
        switch (size) {
            case 1: *va_arg(*args, signed char*) = static_cast<signed char>(value); break;
            case 2: *va_arg(*args, short*) = static_cast<short>(value); break;
            case 4: *va_arg(*args, int*) = static_cast<int>(value); break;
            default: *va_arg(*args, long*) = value;
        }
    }
};

// va_list is passed in a struct: on some targets it is an array, on others a struct.
struct Results {
    va_list list;
};

// The bytes of one field, as many as there are.
class Field {
  public:
    Field(Source& in, int width) : in_(in), left_(width ? width : 0x7fff'ffff) {}
    ~Field() {
        if (text_ != small_) free(text_);
    }
    Field(const Field&) = delete;
    Field& operator=(const Field&) = delete;

    template <typename Accepts>
    bool one(Accepts accepts) {
        const int c = left_ > 0 ? in_.peek() : -1;
        if (c < 0 || !accepts(c) || !add(static_cast<char>(c))) return false;
        in_.take();
        left_--;
        return true;
    }
    bool one_of(const char* set) {
        return one([set](int c) { return c && strchr(set, static_cast<char>(c)); });
    }
    void many(const char* set) {
        while (one_of(set)) {
        }
    }
    // The letters of a word, of either case.
    bool word(const char* lower) {
        for (; *lower; lower++) {
            const char both[] = {*lower, static_cast<char>(*lower - 'a' + 'A'), '\0'};
            if (!one_of(both)) return false;
        }
        return true;
    }
    const char* text() const { return text_; }
    unsigned long length() const { return length_; }
    // Whether a function that read the text up to `end` accepts all of it.
    bool is_all(const char* end) const { return length_ > 0 && end == text_ + length_; }

  private:
    bool add(char c) {
        if (length_ + 1 >= room_) {
            char* larger =
                static_cast<char*>(text_ == small_ ? malloc(2 * room_) : realloc(text_, 2 * room_));
            if (!larger) return false;
            if (text_ == small_) memcpy(larger, small_, length_);
            text_ = larger;
            room_ *= 2;
        }
        text_[length_++] = c;
        text_[length_] = '\0';
        return true;
    }

    Source& in_;
    int left_;
    char small_[128] = "";
    char* text_ = small_;
    unsigned long length_ = 0, room_ = sizeof small_;
};

constexpr const char* kDigits = "0123456789abcdefABCDEF";

int base_of(char letter) {
    if (letter == 'i') return 0;
    if (letter == 'o') return 8;
    return letter == 'x' || letter == 'X' || letter == 'p' ? 16 : 10;
}

bool scan_integer(Field& f, const Conversion& c, Results& results) {
    int base = base_of(c.letter);
    f.one_of("+-");
    if (base == 0 || base == 16) {
        if (f.one_of("0"))
            base = f.one_of("xX") ? 16 : base == 0 ? 8 : base;
        else if (base == 0)
            base = 10;
    }
    f.many(base == 16 ? kDigits : base == 8 ? "01234567" : "0123456789");
    char* end;
    const bool is_signed = c.letter == 'd' || c.letter == 'i';
    const long value =
        is_signed ? strtol(f.text(), &end, base) : static_cast<long>(strtoul(f.text(), &end, base));
    if (!f.is_all(end)) return false;
    Conversion sized = c;
    if (c.letter == 'p') sized.size = 8;
    if (!c.drop) sized.store(&results.list, value);
    return true;
}

void collect_real(Field& f) {
    f.one_of("+-");
    if (f.one_of("iI")) return void(f.word("nf") && f.word("inity"));
    if (f.one_of("nN")) return void(f.word("an"));
    const bool hexadecimal = f.one_of("0") && f.one_of("xX");
    const char* digits = hexadecimal ? kDigits : "0123456789";
    f.many(digits);
    if (f.one_of(".")) f.many(digits);
    if (!f.one_of(hexadecimal ? "pP" : "eE")) return;
    f.one_of("+-");
    f.many("0123456789");
}

bool scan_real(Field& f, const Conversion& c, Results& results) {
    collect_real(f);
    char* end;
    const double value = strtod(f.text(), &end);
    if (!f.is_all(end)) return false;
    if (c.drop) return true;
    if (c.size == 16)
        *va_arg(results.list, long double*) = value;
    else if (c.size == 8)
        *va_arg(results.list, double*) = value;
    else
        *va_arg(results.list, float*) = strtof(f.text(), &end);
    return true;
}

bool scan_text(Field& f, const Conversion& c, Results& results) {
    while (f.one([&c](int byte) { return c.accepts(byte); })) {
    }
    const unsigned long wanted = c.letter != 'c' ? 1 : c.width ? static_cast<unsigned long>(c.width) : 1;
    if (f.length() < wanted) return false;
    if (c.drop) return true;
    const unsigned long size = f.length() + (c.letter != 'c');
    char* to;
    if (c.allocate) {
        to = *va_arg(results.list, char**) = static_cast<char*>(malloc(size));
        if (!to) return false;
    } else {
        to = va_arg(results.list, char*);
    }
    memcpy(to, f.text(), size);
    return true;
}

bool scan_one(Source& in, const Conversion& c, Results& results) {
    switch (c.letter) {
        case 'd':
        case 'i':
        case 'u':
        case 'o':
        case 'x':
        case 'X':
        case 'p': {
            Field f(in, c.width);
            return scan_integer(f, c, results);
        }
        case 'a':
        case 'A':
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G': {
            Field f(in, c.width);
            return scan_real(f, c, results);
        }
        case 's':
        case 'c':
        case '[': {
            Field f(in, c.letter == 'c' && !c.width ? 1 : c.width);
            return scan_text(f, c, results);
        }
        default: return false;
    }
}

}  // namespace

int scan(Source& in, const char* format, va_list args) {
    Results results;
    va_copy(results.list, args);
    int stored = 0;
    bool any = false, matches = true, ended = false;
    while (*format && matches) {
        if (is_blank(static_cast<unsigned char>(*format))) {
            skip_blanks(in);
            format++;
            continue;
        }
        if (*format != '%') {
            matches = in.peek() == static_cast<unsigned char>(*format++);
            ended = in.peek() < 0;
            if (matches) in.take();
            continue;
        }
        Conversion c;
        format = c.parse(format + 1);
        if (c.letter == 'n') {
            if (!c.drop) c.store(&results.list, in.taken());
            continue;
        }
        if (c.letter != 'c' && c.letter != '[') skip_blanks(in);
        if (c.letter == '%') {
            matches = in.peek() == '%';
            if (matches) in.take();
            continue;
        }
        ended = in.peek() < 0;
        if (ended) break;
        matches = scan_one(in, c, results);
        any |= matches;
        stored += matches && !c.drop;
    }
    va_end(results.list);
    return ended && !any ? -1 : stored;
}

}  // namespace posix
