/* The operands of cp, mv and ln. */
#include <err.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools.h"

static int into_directory(const char* directory, const char* old, int (*use)(const char*, const char*)) {
    char* copy = strcpy(resized(NULL, strlen(old) + 1), old); /* basename() changes it */
    char* path = path_in(directory, basename(copy));
    const int failed = use(old, path) != 0;
    free(path);
    free(copy);
    return failed;
}

int for_each_target(char** operands, int (*use)(const char* old, const char* new_path)) {
    struct stat st;
    int last = 0, failed = 0;
    while (operands[last + 1]) last++;
    if (stat(operands[last], &st) != 0 || !S_ISDIR(st.st_mode)) {
        if (last > 1) errx(1, "%s is not a directory", operands[last]);
        return use(operands[0], operands[1]);
    }
    for (int i = 0; i < last; i++) failed |= into_directory(operands[last], operands[i], use);
    return failed;
}
