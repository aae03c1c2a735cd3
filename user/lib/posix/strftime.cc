// Dates as text, in the C locale.
#include "posix/posix.h"
#include "time.h"

namespace {

constexpr const char* kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                 "Thursday", "Friday", "Saturday"};
constexpr const char* kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                   "July",    "August",   "September", "October", "November", "December"};

// The week of ISO 8601, which begins on Monday: week 1 has the year's first Thursday.
int iso_week(const tm& t, int& year) {
    const auto leap = [](int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
    const int weekday = (t.tm_wday + 6) % 7;
    year = t.tm_year + 1900;
    int day = t.tm_yday - weekday + 3;  // the Thursday of this week
    if (day < 0) year--, day += 365 + leap(year);
    if (const int days = 365 + leap(year); day >= days) year++, day -= days;
    return day / 7 + 1;
}

class Writer {
  public:
    Writer(char* text, size_t size) : text_(text), size_(size) {}

    void format(const char* format, const tm& t) {
        for (; *format; format++) {
            if (*format != '%' || !format[1]) {
                const char one[2] = {*format, '\0'};
                put(one);
                continue;
            }
            format++;
            if ((*format == 'E' || *format == 'O') && format[1]) format++;  // of other locales
            if (!name(*format, t) && !number(*format, t) && !combination(*format, t)) {
                const char unknown[3] = {'%', *format, '\0'};
                put(unknown);
            }
        }
    }
    // The length; 0 if it does not fit.
    size_t end() {
        if (length_ >= size_) return 0;
        text_[length_] = '\0';
        return length_;
    }

  private:
    void put(const char* s) {
        for (; *s; s++, length_++) {
            if (length_ < size_) text_[length_] = *s;
        }
    }
    bool put_number(const char* how, long n) {
        char digits[32];
        snprintf(digits, sizeof digits, how, n);
        return put(digits), true;
    }

    static const char* name_of(const char* const* names, int n, int count) {
        return n >= 0 && n < count ? names[n] : "?";
    }
    bool put_start(const char* s) {
        char three[4];
        snprintf(three, sizeof three, "%.3s", s);
        return put(three), true;
    }
    bool name(char letter, const tm& t) {
        switch (letter) {
            case 'a': return put_start(name_of(kDays, t.tm_wday, 7));
            case 'A': return put(name_of(kDays, t.tm_wday, 7)), true;
            case 'b':
            case 'h': return put_start(name_of(kMonths, t.tm_mon, 12));
            case 'B': return put(name_of(kMonths, t.tm_mon, 12)), true;
            case 'p': return put(t.tm_hour < 12 ? "AM" : "PM"), true;
            case 'P': return put(t.tm_hour < 12 ? "am" : "pm"), true;
            case 'Z': return put("UTC"), true;
            case 'z': return put("+0000"), true;
            case 'n': return put("\n"), true;
            case 't': return put("\t"), true;
            case '%': return put("%"), true;
            default: return false;
        }
    }
    bool number(char letter, const tm& t) {
        const int year = t.tm_year + 1900, hour = t.tm_hour % 12 ? t.tm_hour % 12 : 12;
        int iso_year;
        const int week = iso_week(t, iso_year);
        switch (letter) {
            case 'C': return put_number("%02ld", year / 100);
            case 'd': return put_number("%02ld", t.tm_mday);
            case 'e': return put_number("%2ld", t.tm_mday);
            case 'g': return put_number("%02ld", iso_year % 100);
            case 'G': return put_number("%ld", iso_year);
            case 'H': return put_number("%02ld", t.tm_hour);
            case 'I': return put_number("%02ld", hour);
            case 'j': return put_number("%03ld", t.tm_yday + 1);
            case 'k': return put_number("%2ld", t.tm_hour);
            case 'l': return put_number("%2ld", hour);
            case 'm': return put_number("%02ld", t.tm_mon + 1);
            case 'M': return put_number("%02ld", t.tm_min);
            case 's': return put_number("%ld", timegm(&t));
            case 'S': return put_number("%02ld", t.tm_sec);
            case 'u': return put_number("%ld", t.tm_wday ? t.tm_wday : 7);
            case 'U': return put_number("%02ld", (t.tm_yday + 7 - t.tm_wday) / 7);
            case 'V': return put_number("%02ld", week);
            case 'w': return put_number("%ld", t.tm_wday);
            case 'W': return put_number("%02ld", (t.tm_yday + 7 - (t.tm_wday + 6) % 7) / 7);
            case 'y': return put_number("%02ld", (year % 100 + 100) % 100);
            case 'Y': return put_number("%ld", year);
            default: return false;
        }
    }
    bool combination(char letter, const tm& t) {
        switch (letter) {
            case 'c': format("%a %b %e %H:%M:%S %Y", t); return true;
            case 'D':
            case 'x': format("%m/%d/%y", t); return true;
            case 'F': format("%Y-%m-%d", t); return true;
            case 'r': format("%I:%M:%S %p", t); return true;
            case 'R': format("%H:%M", t); return true;
            case 'T':
            case 'X': format("%H:%M:%S", t); return true;
            default: return false;
        }
    }

    char* text_;
    size_t size_, length_ = 0;
};

}  // namespace

extern "C" {

size_t strftime(char* text, size_t size, const char* format, const tm* t) {
    Writer w(text, size);
    w.format(format, *t);
    return w.end();
}

char* asctime_r(const tm* t, char* text) {
    return strftime(text, 26, "%a %b %e %T %Y\n", t) ? text : nullptr;
}
char* ctime_r(const time_t* t, char* text) {
    struct tm parts;
    return asctime_r(gmtime_r(t, &parts), text);
}
char* asctime(const tm* t) {
    static char text[26];
    return asctime_r(t, text);
}
char* ctime(const time_t* t) { return asctime(gmtime(t)); }

}  // extern "C"
