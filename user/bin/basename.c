/* basename: prints the last part of a path. */
#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "basename PATH [SUFFIX]      prints the last part of the path, without the suffix";

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    if (argc > 1 && strcmp(argv[1], "--") == 0) argc--, argv++;
    if (argc != 2 && argc != 3) bad_usage(usage);
    char* name = *argv[1] ? basename(argv[1]) : argv[1];
    const char* suffix = argc == 3 ? argv[2] : "";
    const size_t length = strlen(name), cut = strlen(suffix);
    if (length > cut && strcmp(name + length - cut, suffix) == 0 && strcmp(name, "/") != 0)
        name[length - cut] = '\0';
    puts(name);
    return end_output(0, 1);
}
