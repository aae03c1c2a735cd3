/* echo: prints its arguments, separated by spaces. */
#include "user.h"

/* echo [-n] WORD...: one write(). -n: without a newline. As in POSIX, --help is a word to print. */

static char line[4096];

int main(int argc, char** argv) {
    int newline = 1, first = 1, n = 0;
    if (argc > 1 && strcmp(argv[1], "-n") == 0) newline = 0, first = 2;
    for (int i = first; i < argc; i++) {
        n += snprintf(line + n, sizeof line - n, "%s%s", i > first ? " " : "", argv[i]);
        if (n >= (int)sizeof line - 1) die("the line is longer than %d bytes", (int)sizeof line - 2);
    }
    if (newline) line[n++] = '\n';
    const int written = write(1, line, n);
    if (written < 0) die("cannot write: %s", strerror(written));
    return 0;
}
