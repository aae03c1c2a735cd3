// NTP (RFC 5905 section 7.3).
#include "net/dump/applications.h"
#include "net/dump/fields.h"

namespace net {
namespace {

constexpr Name kLeaps[] = {{0, "no warning"},
                           {1, "last minute has 61 seconds"},
                           {2, "last minute has 59 seconds"},
                           {3, "not synchronised"}};
constexpr Name kModes[] = {{1, "symmetric active"}, {2, "symmetric passive"}, {3, "client"}, {4, "server"},
                           {5, "broadcast"},        {6, "control"},           {7, "private"}};

constexpr Field kHead[] = {
    {"Leap indicator", 0, 1, Show::Number, kLeaps, 0xc0},
    {"Version", 0, 1, Show::Number, {}, 0x38, "version"},
    {"Mode", 0, 1, Show::Number, kModes, 0x07, "mode"},
};
constexpr Field kStratum[] = {{"Stratum", 1, 1, Show::Number, {}, ~u32{0}, "stratum"}};
constexpr usize kSize = 48;
constexpr u8 kControl = 6;  // this mode and the next have another format behind the first byte

struct Timestamp {
    be32 seconds, fraction;  // since 1900
};

struct Date {
    u32 year, month, day;
};

// The proleptic Gregorian calendar from days since 1900-01-01.
Date date_of(u32 days) {
    constexpr u32 kLengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const auto is_leap = [](u32 y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
    Date d{1900, 1, 1};
    for (; days >= (is_leap(d.year) ? 366u : 365u); d.year++) days -= is_leap(d.year) ? 366 : 365;
    for (;; d.month++) {
        const u32 length = kLengths[d.month - 1] + (d.month == 2 && is_leap(d.year));
        if (days < length) break;
        days -= length;
    }
    d.day += days;
    return d;
}

void dump_timestamp(DumpWriter& w, const char* name, const Timestamp& t) {
    const u32 seconds = t.seconds;
    if (seconds == 0 && t.fraction == 0) return w.field(name, "0 (unknown)");
    const Date d = date_of(seconds / 86'400);
    const auto micros = static_cast<unsigned>(u64{t.fraction} * 1'000'000 >> 32);
    w.field(name, "%u-%02u-%02u %02u:%02u:%02u.%06u UTC", d.year, d.month, d.day, seconds / 3600 % 24,
            seconds / 60 % 60, seconds % 60, micros);
}

// A fixed-point number with 16 bits on each side.
void dump_interval(DumpWriter& w, const char* name, u32 value) {
    w.field(name, "%u.%06u seconds", value >> 16,
            static_cast<unsigned>(u64{value & 0xffff} * 1'000'000 >> 16));
}

// Of a primary server four characters ("GPS"), of others the IPv4 address of their server (RFC 5905).
void dump_reference(DumpWriter& w, u8 stratum, Bytes id) {
    if (stratum > 1) return w.field("Reference ID", "%s", format_addr(*header_of<Ipv4Addr>(id)).text);
    w.label("Reference ID");
    usize n = 0;
    while (n < id.size() && id[n]) n++;
    print_text(w, id.first(n));
    w.end_line();
}

}  // namespace

void dump_ntp(DumpWriter& w, const Piece& p) {
    w.section("NTP");
    w.say(" NTP");
    if (!dump_fields(w, "an NTP packet", 1, kHead, p) || (p.here[0] & 7) >= kControl) return;
    if (!dump_fields(w, "an NTP packet", kSize, kStratum, p)) return;
    const Bytes b = p.here;
    w.field("Poll interval", "%d (2^%d seconds)", static_cast<i8>(b[2]), static_cast<i8>(b[2]));
    w.field("Precision", "%d (2^%d seconds)", static_cast<i8>(b[3]), static_cast<i8>(b[3]));
    dump_interval(w, "Root delay", *header_of<be32>(b.subspan(4)));
    dump_interval(w, "Root dispersion", *header_of<be32>(b.subspan(8)));
    dump_reference(w, b[1], b.subspan(12, 4));
    constexpr const char* kNames[] = {"Reference time", "Origin time", "Receive time", "Transmit time"};
    for (usize i = 0; i < 4; i++) dump_timestamp(w, kNames[i], *header_of<Timestamp>(b.subspan(16 + 8 * i)));
    if (p.length > kSize) w.field("Extensions or MAC", "%zu bytes", p.length - kSize);
}

}  // namespace net
