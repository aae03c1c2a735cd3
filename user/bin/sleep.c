/* sleep: waits. */
#include <stdlib.h>
#include <time.h>

#include "manners.h"

static const char usage[] =
    "sleep SECONDS...      waits; 0.5 is half a second, 2m two minutes, 1h an hour, 1d a day; several are "
    "added";

static double parse(const char* text) {
    char* end;
    const double n = strtod(text, &end);
    const long unit = *end == 'm' ? 60 : *end == 'h' ? 3600 : *end == 'd' ? 86400 : 1;
    if (*end && (unit > 1 || *end == 's')) end++;
    if (end == text || *end || !(n >= 0) || n > 1e9) bad_usage(usage);
    return n * (double)unit;
}

int main(int argc, char** argv) {
    double seconds = 0;
    help_if_asked(argc, argv, usage);
    if (argc < 2) bad_usage(usage);
    for (int i = 1; i < argc; i++) seconds += parse(argv[i]);
    struct timespec t = {(time_t)seconds, 0};
    t.tv_nsec = (long)((seconds - (double)t.tv_sec) * 1e9);
    nanosleep(&t, NULL);
    return 0;
}
