/* tee: copies standard input to files and to standard output. */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "tee [-ai] [FILE...]      copies standard input to the files and to standard output\n"
    "  -a  appends to the files; -i  ignores Ctrl-C";
static char buffer[4096];

static int write_all(int fd, ssize_t n) {
    for (ssize_t done = 0; done < n;) {
        const ssize_t written = write(fd, buffer + done, (size_t)(n - done));
        if (written <= 0) return -1;
        done += written;
    }
    return 0;
}

int main(int argc, char** argv) {
    int letter, how = O_TRUNC, failed = 0;
    help_if_asked(argc, argv, usage);
    while ((letter = getopt(argc, argv, "ai")) != -1) {
        if (letter == '?') bad_usage(usage);
        if (letter == 'a') how = O_APPEND;
        if (letter == 'i') signal(SIGINT, SIG_IGN);
    }
    char** names = argv + optind - 1;
    const int count = argc - optind + 1; /* the first is standard output */
    int* fds = resized(NULL, (size_t)count * sizeof *fds);
    names[0] = "standard output";
    fds[0] = 1;
    for (int i = 1; i < count; i++) {
        fds[i] = open(names[i], O_WRONLY | O_CREAT | how, 0666);
        if (fds[i] < 0) warn("cannot open %s", names[i]), failed = 1;
    }
    ssize_t n;
    while ((n = read(0, buffer, sizeof buffer)) > 0) {
        for (int i = 0; i < count; i++) {
            if (fds[i] < 0 || write_all(fds[i], n) == 0) continue;
            warn("cannot write %s", names[i]);
            fds[i] = -1, failed = 1;
        }
    }
    if (n < 0) warn("cannot read"), failed = 1;
    return failed;
}
