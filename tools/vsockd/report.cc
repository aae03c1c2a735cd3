#include "tools/vsockd/report.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace vsockd {

std::string text(const char* format, ...) {
    char buffer[512];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    return buffer;
}

void say(const std::string& line) { std::fprintf(stderr, "vsockd: %s\n", line.c_str()); }

void fail(const std::string& line) {
    say(line);
    std::exit(1);
}

std::string why(int error) { return std::string(": ") + std::strerror(error); }

}  // namespace vsockd
