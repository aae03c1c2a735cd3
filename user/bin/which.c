/* which: prints the paths of programs, as PATH finds them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "which [-a] PROGRAM...      prints the path of each; status 1 if one is not found\n"
    "  -a  all paths, not only the first";

static int is_program(const char* path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

static int find(const char* name, int all) {
    const char* folders = getenv("PATH");
    int found = 0;
    if (strchr(name, '/')) {
        found = is_program(name);
        if (found) puts(name);
        return found;
    }
    char *copy = strdup(folders ? folders : "/"), *list = copy;
    while (list && (all || !found)) {
        const char* folder = strsep(&list, ":");
        char* path = path_in(*folder ? folder : ".", name);
        if (is_program(path)) puts(path), found = 1;
        free(path);
    }
    free(copy);
    return found;
}

int main(int argc, char** argv) {
    int letter, all = 0, failed = 0;
    help_if_asked(argc, argv, usage);
    while ((letter = getopt(argc, argv, "a")) != -1) {
        if (letter == '?') bad_usage_as(2, usage);
        all = 1;
    }
    if (optind == argc) bad_usage_as(2, usage);
    for (; optind < argc; optind++) failed |= !find(argv[optind], all);
    return end_output(failed, 1);
}
