/* dirname: prints a path without its last part. */
#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "manners.h"
#include "tools.h"

static const char usage[] = "dirname PATH...      prints each path without its last part";

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    if (argc > 1 && strcmp(argv[1], "--") == 0) argc--, argv++;
    if (argc < 2) bad_usage(usage);
    for (int i = 1; i < argc; i++) puts(dirname(argv[i]));
    return end_output(0, 1);
}
