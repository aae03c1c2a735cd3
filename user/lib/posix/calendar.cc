// The calendar: days are counted from 1 March 0000, so that the leap day is the last day of a year. Local
// time is UTC.
#include "posix/posix.h"
#include "time.h"

constexpr long kDaysOf400Years = 146097, kDaysTo1970 = 719468;

extern "C" {

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

// Any field may be out of its range: the 32nd of January is the 1st of February.
time_t timegm(const struct tm* t) {
    const long months = t->tm_mon - 2l, month = (months % 12 + 12) % 12;  // 0 is March
    const long year = t->tm_year + 1900l + (months - month) / 12;
    const long era = (year >= 0 ? year : year - 399) / 400;
    const long year_of_era = year - era * 400;
    const long day_of_year = (153 * month + 2) / 5 + t->tm_mday - 1;
    const long day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    const long days = era * kDaysOf400Years + day_of_era - kDaysTo1970;
    return days * 86400 + t->tm_hour * 3600l + t->tm_min * 60l + t->tm_sec;
}

time_t mktime(struct tm* t) {
    const time_t seconds = timegm(t);
    gmtime_r(&seconds, t);
    return seconds;
}

}  // extern "C"

extern "C" {
struct tm* localtime_r(const time_t* t, struct tm* result) __attribute__((alias("posix_gmtime_r")));
struct tm* localtime(const time_t* t) __attribute__((alias("posix_gmtime")));
}
