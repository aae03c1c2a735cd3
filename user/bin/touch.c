/* touch: sets the time of files, and makes those that do not exist. */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "manners.h"

static const char usage[] =
    "touch [-c] [-r FILE | -t [[CC]YY]MMDDhhmm[.SS]] FILE...      sets the time of the last change\n"
    "  default: now; -r: that of FILE; -c: makes no file that does not exist";

static struct timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};

static void use_time_of(const char* path) {
    struct stat st;
    if (stat(path, &st) != 0) err(1, "cannot open %s", path);
    times[0] = st.st_atim;
    times[1] = st.st_mtim;
}

static int two_digits(const char* text) { return (text[0] - '0') * 10 + text[1] - '0'; }

static void use_time(const char* text) {
    const size_t digits = strspn(text, "0123456789");
    const time_t now = time(NULL);
    struct tm t = *gmtime(&now);
    if ((digits != 8 && digits != 10 && digits != 12) || (text[digits] && text[digits] != '.'))
        bad_usage(usage);
    t.tm_sec = 0;
    if (text[digits] == '.') {
        const char* seconds = text + digits + 1;
        if (strlen(seconds) != 2 || strspn(seconds, "0123456789") != 2) bad_usage(usage);
        t.tm_sec = two_digits(seconds);
    }
    /* POSIX: the years 69 to 99 are in the 20th century. */
    const int century = digits == 12 ? two_digits(text) : 0;
    if (digits == 12) text += 2;
    if (digits >= 10) {
        const int year = two_digits(text);
        t.tm_year = digits == 12 ? century * 100 + year - 1900 : year < 69 ? year + 100 : year;
        text += 2;
    }
    t.tm_mon = two_digits(text) - 1;
    t.tm_mday = two_digits(text + 2);
    t.tm_hour = two_digits(text + 4);
    t.tm_min = two_digits(text + 6);
    if (t.tm_mon < 0 || t.tm_mon > 11 || t.tm_mday < 1 || t.tm_mday > 31 || t.tm_hour > 23 || t.tm_min > 59)
        bad_usage(usage);
    times[0] = times[1] = (struct timespec){timegm(&t), 0};
}

static int touch(const char* path, int create) {
    if (utimensat(AT_FDCWD, path, times, 0) == 0) return 0;
    if (errno == ENOENT && !create) return 0;
    const int fd = errno == ENOENT ? open(path, O_WRONLY | O_CREAT, 0666) : -1;
    if (fd < 0 || futimens(fd, times) != 0) {
        warn("cannot touch %s", path);
        if (fd >= 0) close(fd);
        return 1;
    }
    close(fd);
    return 0;
}

int main(int argc, char** argv) {
    int letter, create = 1, failed = 0;
    help_if_asked(argc, argv, usage);
    while ((letter = getopt(argc, argv, "acmr:t:")) != -1) {
        if (letter == '?') bad_usage(usage);
        if (letter == 'c') create = 0;
        if (letter == 'r') use_time_of(optarg);
        if (letter == 't') use_time(optarg);
    }
    if (optind == argc) bad_usage(usage);
    for (; optind < argc; optind++) failed |= touch(argv[optind], create);
    return failed;
}
