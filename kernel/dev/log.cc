// log(): the kernel's messages on the console.
#include "lib/log.h"

#include "dev/uart.h"
#include "lib/format.h"

namespace {
// A line is formatted completely, then written in one call, so that lines of several harts do not mix.
struct Line {
    char text[240];
    usize length = 0;

    static void append(void* context, const char* s, usize n) {
        auto* line = static_cast<Line*>(context);
        for (; n && line->length < sizeof line->text - 1; n--) line->text[line->length++] = *s++;
    }
    TextSink sink() { return {append, this}; }
};
}  // namespace

void log(const char* fmt, ...) {
    Line line;
    std::va_list args;
    va_start(args, fmt);
    vformat(line.sink(), fmt, args);
    va_end(args);
    line.text[line.length++] = '\n';
    dev::uart_write(line.text, line.length);
}
