/* pwd: prints the path of the current directory. */
#include <err.h>
#include <stdio.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] = "pwd      prints the path of the current directory";

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "LP")) != -1;) {
        if (letter == '?') bad_usage(usage); /* without symbolic links, -L and -P mean the same */
    }
    const char* path = getcwd(NULL, 0);
    if (!path) err(1, "cannot find the path");
    puts(path);
    return end_output(0, 1);
}
