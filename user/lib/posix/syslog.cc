#include "syslog.h"

#include "posix/posix.h"

namespace {

const char* name;
int options;
int mask = LOG_UPTO(LOG_DEBUG);

// The format with %m replaced.
void expand(char (&to)[256], const char* format, const char* error) {
    size_t n = 0;
    const auto put = [&](char c) {
        if (n + 1 < sizeof to) to[n++] = c;
    };
    for (; *format; format++) {
        if (format[0] == '%' && format[1] == 'm') {
            for (const char* e = error; *e; e++) put(*e);
            format++;
        } else {
            put(*format);
            if (*format == '%' && format[1]) put(*++format);
        }
    }
    to[n] = '\0';
}

}  // namespace

extern "C" {

void openlog(const char* own_name, int wanted, int) { name = own_name, options = wanted; }
void closelog() { name = nullptr, options = 0; }

int setlogmask(int wanted) {
    const int old = mask;
    if (wanted) mask = wanted;
    return old;
}

void vsyslog(int priority, const char* format, va_list args) {
    if (!(mask & LOG_MASK(priority & 7))) return;
    char expanded[256], line[512], pid[16] = "";
    expand(expanded, format, strerror(errno));
    if (options & LOG_PID) snprintf(pid, sizeof pid, "[%d]", getpid());
    int n = snprintf(line, sizeof line, "%.64s%s: ", name ? name : program_name, pid);
    n += vsnprintf(line + n, sizeof line - static_cast<size_t>(n), expanded, args);
    if (n > static_cast<int>(sizeof line) - 2) n = sizeof line - 2;
    if (line[n - 1] != '\n') line[n++] = '\n';
    const int console = open("/console", O_WRONLY);
    if (console >= 0) write(console, line, n), close(console);
    if (options & LOG_PERROR) write(2, line, n);
}

void syslog(int priority, const char* format, ...) {
    va_list args;
    va_start(args, format);
    vsyslog(priority, format, args);
    va_end(args);
}

}  // extern "C"
