/* date: prints the date and the time. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "date [-u] [-d @SECONDS] [+FORMAT]      prints the date and the time, in UTC\n"
    "  FORMAT: as strftime() has it, such as +%F for 2026-11-27, +%T for the time, +%s for the seconds since "
    "1970\n"
    "  -d  the time so many seconds after the start of 1970";

int main(int argc, char** argv) {
    const char* format = "%a %b %e %H:%M:%S %Z %Y";
    static char text[1024];
    time_t t = time(NULL);
    long seconds;
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "ud:s:")) != -1;) {
        if (letter == 's') die("the clock cannot be set: it is the host's");
        if (letter == '?') bad_usage(usage);
        if (letter != 'd') continue;
        if (optarg[0] != '@' || !parse_number(optarg + 1, -0xe7791f700, 0x3afff4417f, &seconds))
            bad_usage(usage);
        t = seconds;
    }
    if (optind < argc && argv[optind][0] == '+') format = argv[optind++] + 1;
    if (optind < argc) bad_usage(usage);
    if (*format && strftime(text, sizeof text, format, localtime(&t)) == 0) die("the format is too long");
    puts(text);
    return end_output(0, 1);
}
