/* rm: removes files and empty directories. */
#include "user.h"

static const char usage[] = "rm FILE...      removes files and empty directories";

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    if (argc < 2) bad_usage(usage);
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        const int result = unlink(argv[i]);
        if (result < 0) {
            complain("cannot remove %s: %s", argv[i], strerror(result));
            failed = 1;
        }
    }
    return failed;
}
