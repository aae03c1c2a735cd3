#include "pktdump/time_style.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace pktdump {
namespace {

using capture::Timestamp;

constexpr i64 kSecond = 1'000'000'000;

std::string fraction(u32 nanoseconds, unsigned digits) {
    char text[16];
    if (digits == 9)
        std::snprintf(text, sizeof text, ".%09u", nanoseconds);
    else
        std::snprintf(text, sizeof text, ".%06u", nanoseconds / 1000);
    return text;
}

std::string since_epoch(const Timestamp& t) {
    return std::to_string(t.seconds) + fraction(t.nanoseconds, t.digits);
}

std::string local_time(const Timestamp& t, const char* format) {
    const std::time_t seconds = t.seconds;
    std::tm fields{};
    char text[64];
    // A year beyond what `int` holds: only a damaged file has one.
    if (!localtime_r(&seconds, &fields)) return since_epoch(t);
    if (std::strftime(text, sizeof text, format, &fields) == 0) return since_epoch(t);
    return text + fraction(t.nanoseconds, t.digits);
}

// Wide enough for the difference of any two times.
using Wide = __int128;

Wide in_nanoseconds(const Timestamp& t) { return Wide{t.seconds} * kSecond + t.nanoseconds; }

std::string difference(const Timestamp& from, const Timestamp& to) {
    Wide d = in_nanoseconds(to) - in_nanoseconds(from);
    const char* sign = d < 0 ? "-" : "";
    if (d < 0) d = -d;
    const u64 seconds = static_cast<u64>(d / kSecond);
    char text[64];
    std::snprintf(text, sizeof text, "%s%02llu:%02u:%02u", sign,
                  static_cast<unsigned long long>(seconds / 3600), static_cast<unsigned>(seconds / 60 % 60),
                  static_cast<unsigned>(seconds % 60));
    return text + fraction(static_cast<u32>(d % kSecond), to.digits);
}

}  // namespace

std::string TimePrinter::text_of(const Timestamp& t) {
    if (style_ == TimeStyle::None) return "";
    if (!t.known) return "(no time)";
    if (style_ == TimeStyle::Seconds) return since_epoch(t);
    if (style_ == TimeStyle::TimeOfDay) return local_time(t, "%H:%M:%S");
    if (style_ == TimeStyle::DateAndTime) return local_time(t, "%Y-%m-%d %H:%M:%S");
    const Timestamp from = any_ ? reference_ : t;
    if (!any_ || style_ == TimeStyle::SincePrevious) reference_ = t;
    any_ = true;
    return difference(from, t);
}

}  // namespace pktdump
