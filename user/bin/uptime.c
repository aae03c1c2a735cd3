/* uptime: prints the time, and how long the machine has been running. */
#include <stdio.h>
#include <time.h>

#include "manners.h"
#include "tools.h"

static const char usage[] = "uptime      prints the time, and how long the machine has been running";

int main(int argc, char** argv) {
    struct timespec up;
    char now[16];
    help_if_asked(argc, argv, usage);
    if (argc != 1) bad_usage(usage);
    const time_t t = time(NULL);
    strftime(now, sizeof now, "%H:%M:%S", localtime(&t));
    clock_gettime(CLOCK_MONOTONIC, &up);
    const long minutes = up.tv_sec / 60, days = minutes / (24 * 60);
    printf(" %s up ", now);
    if (days > 0) printf("%ld day%s, ", days, days == 1 ? "" : "s");
    printf("%2ld:%02ld\n", minutes / 60 % 24, minutes % 60);
    return end_output(0, 1);
}
