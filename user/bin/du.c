/* du: prints how much of the disk directories use. */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "du [-as] [PATH...]      prints the size of each directory with all in it, in KiB; holes count\n"
    "  -a  also of each file; -s  only of each PATH";
static int files_too, only_sums, failed;

/* In blocks of 512 bytes. A file with several names counts each time. */
static long use(const char* path, int is_operand) {
    struct stat st;
    if (lstat(path, &st) != 0) return warn("cannot open %s", path), failed = 1, 0;
    long blocks = st.st_blocks;
    if (S_ISDIR(st.st_mode)) {
        char** names = names_in(path);
        if (!names) return warn("cannot open %s", path), failed = 1, blocks;
        for (char** name = names; *name; name++) {
            char* inner = path_in(path, *name);
            blocks += use(inner, 0);
            free(inner);
        }
        free_names(names);
    }
    if (is_operand || (!only_sums && (files_too || S_ISDIR(st.st_mode))))
        printf("%ld\t%s\n", (blocks + 1) / 2, path);
    return blocks;
}

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "aks")) != -1;) {
        if (letter == '?') bad_usage(usage);
        if (letter == 'a') files_too = 1;
        if (letter == 's') only_sums = 1;
    }
    if (optind == argc) use(".", 1);
    for (; optind < argc; optind++) use(argv[optind], 1);
    return end_output(failed, 1);
}
