/* env: prints the environment, or runs a program in a changed one. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "env [-i] [-u NAME] [NAME=VALUE...] [PROGRAM [ARGUMENT...]]      runs the program with these variables\n"
    "  without a program: prints them; -i: no others; -u: without NAME";
enum { CANNOT_RUN = 126, NOT_FOUND = 127, BAD_USAGE = 125 }; /* POSIX, and GNU's 125 */

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "+iu:")) != -1;) {
        if (letter == 'i')
            clearenv();
        else if (letter != 'u')
            bad_usage_as(BAD_USAGE, usage);
        else if (unsetenv(optarg) != 0)
            err(BAD_USAGE, "cannot remove %s", optarg);
    }
    if (optind < argc && strcmp(argv[optind], "-") == 0) clearenv(), optind++;
    for (; optind < argc && strchr(argv[optind], '='); optind++) {
        if (putenv(argv[optind]) != 0) err(BAD_USAGE, "cannot set %s", argv[optind]);
    }
    if (optind < argc) {
        execvp(argv[optind], argv + optind);
        const int status = errno == ENOENT ? NOT_FOUND : CANNOT_RUN;
        err(status, "cannot run %s", argv[optind]);
    }
    for (char** variable = environ; variable && *variable; variable++) puts(*variable);
    return end_output(0, BAD_USAGE);
}
