/* ln: makes a hard link. */
#include "user.h"

static const char usage[] = "ln OLD NEW      makes NEW a hard link to the file OLD";

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    if (argc != 3) bad_usage(usage);
    const int result = link(argv[1], argv[2]);
    if (result < 0) die("cannot link %s to %s: %s", argv[2], argv[1], strerror(result));
    return 0;
}
