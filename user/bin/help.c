/* help: lists the programs, or prints how to use one. */
#include <err.h>
#include <stdio.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "help      lists the programs, one a line (the file /help.txt)\n"
    "help PROGRAM      prints how to use it, as PROGRAM --help does";

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    if (argc > 2) bad_usage(usage);
    if (argc == 2) {
        execlp(argv[1], argv[1], "--help", (char*)NULL);
        err(1, "cannot run %s", argv[1]);
    }
    FILE* f = open_input("/help.txt");
    if (!f) return 1;
    for (int c; (c = getc(f)) != EOF;) putchar(c);
    return end_output(close_input(f, "/help.txt"), 1);
}
