/* cat: copies files, or standard input, to standard output. */
#include "user.h"

static const char usage[] = "cat [FILE...]      prints the files, or else its standard input";
static char buffer[4096];

/* Returns 0, or 1 after an error message. */
static int copy(int fd, const char* name) {
    int n;
    while ((n = read(fd, buffer, sizeof buffer)) > 0) {
        for (int done = 0; done < n;) {
            const int written = write(1, buffer + done, n - done);
            if (written <= 0) die("cannot write: %s", strerror(written));
            done += written;
        }
    }
    if (n == 0) return 0;
    complain("cannot read %s: %s", name, strerror(n));
    return 1;
}

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    if (argc == 1) return copy(0, "standard input");
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        const int fd = open(argv[i], O_RDONLY);
        if (fd < 0) {
            complain("cannot open %s: %s", argv[i], strerror(fd));
            failed = 1;
            continue;
        }
        failed |= copy(fd, argv[i]);
        close(fd);
    }
    return failed;
}
