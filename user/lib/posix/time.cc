// The time of day from the machine's clock; local time is UTC.
#include "time.h"

#include "posix/posix.h"
#include "sys/time.h"

extern "C" {

time_t time(time_t* t) {
    const time_t now = raw_walltime() / 1'000'000'000;
    if (t) *t = now;
    return now;
}

int clock_gettime(clockid_t clock, struct timespec* now) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return posix::check_int(-EINVAL);
    const long ns = clock == CLOCK_REALTIME ? raw_walltime() : raw_nanouptime();
    *now = {ns / 1'000'000'000, ns % 1'000'000'000};
    return 0;
}

int clock_getres(clockid_t clock, struct timespec* resolution) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return posix::check_int(-EINVAL);
    if (resolution) *resolution = {0, 100};  // the machine's timer counts at 10 MHz
    return 0;
}

double difftime(time_t end, time_t start) { return static_cast<double>(end - start); }

int gettimeofday(struct timeval* now, void*) {
    const long ns = raw_walltime();
    *now = {ns / 1'000'000'000, ns % 1'000'000'000 / 1000};
    return 0;
}

// --- the calendar: days are counted from 1 March 0000, so that the leap day is the last day of a year ---

constexpr long kDaysOf400Years = 146097, kDaysTo1970 = 719468;

struct tm* gmtime_r(const time_t* t, struct tm* result) {
    const long days = *t / 86400 - (*t % 86400 < 0), second = *t - days * 86400;
    const long z = days + kDaysTo1970;
    const long era = (z >= 0 ? z : z - kDaysOf400Years + 1) / kDaysOf400Years;
    const long day_of_era = z - era * kDaysOf400Years;
    const long year = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const long day_of_year = day_of_era - (365 * year + year / 4 - year / 100);  // from 1 March
    const long month = (5 * day_of_year + 2) / 153;                              // 0 is March
    const long civil_year = year + era * 400 + (month >= 10);
    const bool leap = (civil_year % 4 == 0 && civil_year % 100 != 0) || civil_year % 400 == 0;
    result->tm_sec = static_cast<int>(second % 60);
    result->tm_min = static_cast<int>(second / 60 % 60);
    result->tm_hour = static_cast<int>(second / 3600);
    result->tm_mday = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
    result->tm_mon = static_cast<int>(month < 10 ? month + 2 : month - 10);
    result->tm_year = static_cast<int>(civil_year - 1900);
    result->tm_wday = static_cast<int>(((days + 4) % 7 + 7) % 7);
    result->tm_yday = static_cast<int>(month < 10 ? day_of_year + 59 + leap : day_of_year - 306);
    result->tm_isdst = 0;
    return result;
}

struct tm* gmtime(const time_t* t) {
    static struct tm result;
    return gmtime_r(t, &result);
}

time_t timegm(const struct tm* t) {
    const long year = t->tm_year + 1900l - (t->tm_mon < 2);
    const long era = (year >= 0 ? year : year - 399) / 400;
    const long year_of_era = year - era * 400;
    const long month = (t->tm_mon + 10) % 12;
    const long day_of_year = (153 * month + 2) / 5 + t->tm_mday - 1;
    const long day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    const long days = era * kDaysOf400Years + day_of_era - kDaysTo1970;
    return days * 86400 + t->tm_hour * 3600l + t->tm_min * 60l + t->tm_sec;
}

// --- text ---

static const char* const kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                    "Thursday", "Friday", "Saturday"};
static const char* const kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                      "July",    "August",   "September", "October", "November", "December"};

// Writes the value of one % letter to `text`.
static void format_one(char letter, const struct tm& t, char (&text)[32]) {
    const auto put = [&text](const char* format, int n) { snprintf(text, sizeof text, format, n); };
    switch (letter) {
        case 'a': snprintf(text, sizeof text, "%.3s", kDays[t.tm_wday]); break;
        case 'A': snprintf(text, sizeof text, "%s", kDays[t.tm_wday]); break;
        case 'b': snprintf(text, sizeof text, "%.3s", kMonths[t.tm_mon]); break;
        case 'B': snprintf(text, sizeof text, "%s", kMonths[t.tm_mon]); break;
        case 'd': put("%02d", t.tm_mday); break;
        case 'e': put("%2d", t.tm_mday); break;
        case 'H': put("%02d", t.tm_hour); break;
        case 'j': put("%03d", t.tm_yday + 1); break;
        case 'm': put("%02d", t.tm_mon + 1); break;
        case 'M': put("%02d", t.tm_min); break;
        case 'S': put("%02d", t.tm_sec); break;
        case 'y': put("%02d", t.tm_year % 100); break;
        case 'Y': put("%d", t.tm_year + 1900); break;
        case 'T': snprintf(text, sizeof text, "%02d:%02d:%02d", t.tm_hour, t.tm_min, t.tm_sec); break;
        case 'F':
            snprintf(text, sizeof text, "%d-%02d-%02d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday);
            break;
        case 'D':
            snprintf(text, sizeof text, "%02d/%02d/%02d", t.tm_mon + 1, t.tm_mday, t.tm_year % 100);
            break;
        case 'Z': snprintf(text, sizeof text, "UTC"); break;
        case 'z': snprintf(text, sizeof text, "+0000"); break;
        default: text[0] = letter, text[1] = '\0';
    }
}

size_t strftime(char* text, size_t size, const char* format, const struct tm* t) {
    size_t n = 0;
    for (; *format; format++) {
        char part[32] = {*format, '\0'};
        if (*format == '%' && format[1]) format_one(*++format, *t, part);
        const size_t length = strlen(part);
        if (n + length >= size) return 0;
        memcpy(text + n, part, length);
        n += length;
    }
    if (n >= size) return 0;
    text[n] = '\0';
    return n;
}

char* asctime(const struct tm* t) {
    static char text[32];
    return strftime(text, sizeof text, "%a %b %e %T %Y\n", t) ? text : nullptr;
}

char* ctime(const time_t* t) { return asctime(gmtime(t)); }

}  // extern "C"
