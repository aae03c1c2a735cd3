#include "net/platform.h"

#include <cstdarg>

#include "lib/format.h"
#include "lib/random.h"
#include "net/dump/dump.h"
#include "ustack/random.h"
#include "ustack/system.h"

namespace {
constinit Random generator;
}

void ustack::seed_random(Bytes seed) { generator.seed(seed); }

namespace net {

// The kernel prints the frames of channels too, so a program has no packet dump of its own.
void dump_frame(TextSink, Bytes, DumpMode) {}

namespace platform {

Instant now() { return ustack::system::now(); }
u64 random() { return generator.next(); }
void flow_started() {}
bool other_harts_run() { return false; }
bool on_polling_hart() { return true; }
void print(const char* text, usize length) { ustack::system::print(text, length); }

void log(const char* format, ...) {
    char line[200];
    std::va_list args;
    va_start(args, format);
    const auto length = static_cast<usize>(vformat_to(line, sizeof line - 1, format, args));
    va_end(args);
    const usize end = length < sizeof line - 2 ? length : sizeof line - 2;
    line[end] = '\n';
    print(line, end + 1);
}

}  // namespace platform
}  // namespace net
