// HTTP's first line (RFC 9112 section 2.1).
#include "net/dump/applications.h"
#include "net/dump/fields.h"

namespace net {
namespace {

constexpr const char* kStarts[] = {"GET ",   "HEAD ",    "POST ",    "PUT ",   "DELETE ",
                                   "TRACE ", "OPTIONS ", "CONNECT ", "PATCH ", "HTTP/1."};

bool begins_with(Bytes b, const char* start) {
    const usize n = strlen(start);
    return b.size() >= n && memcmp(b.data(), start, n) == 0;
}

Bytes first_line(Bytes b) {
    usize n = 0;
    while (n < b.size() && b[n] != '\r' && b[n] != '\n') n++;
    return b.first(n);
}

}  // namespace

bool is_http(Bytes b) {
    for (const char* start : kStarts) {
        if (begins_with(b, start)) return true;
    }
    return false;
}

void dump_http(DumpWriter& w, const Piece& p) {
    constexpr usize kMostInBrief = 80;
    const Bytes line = first_line(p.here);
    w.section("HTTP");
    w.label("First line");
    print_text(w, line);
    w.end_line();
    w.say(begins_with(line, "HTTP/") ? " " : " HTTP ");
    say_text(w, at_most(line, kMostInBrief));
}

}  // namespace net
