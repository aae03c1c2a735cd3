/* manners.h for the host: so the tools of user/bin can be built there, and compared with the host's own. */
#include "manners.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char* program_name;

/* glibc passes main's arguments to constructors. */
__attribute__((constructor)) static void set_name(int argc, char** argv) {
    (void)argc;
    const char* slash = strrchr(argv[0], '/');
    program_name = slash ? slash + 1 : argv[0];
}

void help_if_asked(int argc, char** argv, const char* usage) {
    if (argc < 2 || (strcmp(argv[1], "-h") != 0 && strcmp(argv[1], "--help") != 0)) return;
    printf("usage: %s\n", usage);
    exit(0);
}

void bad_usage_as(int status, const char* usage) {
    fprintf(stderr, "usage: %s\n", usage);
    exit(status);
}
void bad_usage(const char* usage) { bad_usage_as(1, usage); }

void complain(const char* format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s: ", program_name);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

void die(const char* format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s: ", program_name);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    exit(1);
}

int parse_number(const char* text, long min, long max, long* value) {
    char* end;
    const long n = strtol(text, &end, 10);
    if (end == text || *end || n < min || n > max) return 0;
    *value = n;
    return 1;
}
