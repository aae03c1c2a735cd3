/* The input and the output of the tools. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools.h"

static const char* shown(const char* name) { return strcmp(name, "-") == 0 ? "standard input" : name; }

FILE* open_input(const char* name) {
    struct stat st;
    FILE* f = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
    if (f && fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) {
        if (f != stdin) fclose(f);
        errno = EISDIR;
        f = NULL;
    }
    if (!f) warn("cannot open %s", shown(name));
    return f;
}

int close_input(FILE* f, const char* name) {
    const int failed = ferror(f) != 0;
    if (failed) warn("cannot read %s", shown(name));
    if (f != stdin) fclose(f);
    return failed;
}

int for_each_input(char** names, int (*use)(FILE* f, const char* name)) {
    static char* only_stdin[] = {"-", NULL};
    int failed = 0;
    if (!*names) names = only_stdin;
    for (; *names; names++) {
        FILE* f = open_input(*names);
        if (!f) {
            failed = 1;
            continue;
        }
        failed |= use(f, *names) != 0;
        failed |= close_input(f, *names);
    }
    return failed;
}

int end_output(int status, int trouble) {
    if (fflush(stdout) == 0 && !ferror(stdout)) return status;
    warn("cannot write");
    return trouble;
}

void* resized(void* memory, size_t size) {
    memory = realloc(memory, size ? size : 1);
    if (!memory) err(2, "%zu bytes", size);
    return memory;
}
