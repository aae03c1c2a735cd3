/* sleep: waits. */
#include <stdlib.h>
#include <time.h>

#include "manners.h"

static const char usage[] = "sleep SECONDS      waits; SECONDS may have one decimal, such as 0.5";

int main(int argc, char** argv) {
    char* end = NULL;
    struct timespec t = {0, 0};
    help_if_asked(argc, argv, usage);
    if (argc != 2) bad_usage(usage);
    t.tv_sec = strtol(argv[1], &end, 10);
    if (*end == '.' && end[1] >= '0' && end[1] <= '9') {
        t.tv_nsec = (end[1] - '0') * 100000000l;
        end += 2;
    }
    if (end == argv[1] || *end || t.tv_sec < 0) bad_usage(usage);
    nanosleep(&t, NULL);
    return 0;
}
