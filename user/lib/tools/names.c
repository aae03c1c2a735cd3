/* The names in a directory. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools.h"

static int by_name(const void* a, const void* b) { return strcmp(*(char* const*)a, *(char* const*)b); }

/* All names are read before the first is used: the caller may remove files, and go into directories without
 * keeping this one open. */
char** names_in(const char* directory) {
    DIR* d = opendir(directory);
    const struct dirent* entry;
    char** names = NULL;
    size_t count = 0;
    if (!d) return NULL;
    errno = 0;
    while ((entry = readdir(d)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        names = resized(names, (count + 2) * sizeof *names);
        names[count] = resized(NULL, strlen(entry->d_name) + 1);
        strcpy(names[count++], entry->d_name);
    }
    const int error = errno;
    closedir(d);
    names = resized(names, (count + 1) * sizeof *names);
    names[count] = NULL;
    qsort(names, count, sizeof *names, by_name);
    if (!error) return names;
    free_names(names);
    errno = error;
    return NULL;
}

void free_names(char** names) {
    for (char** name = names; *name; name++) free(*name);
    free(names);
}

char* path_in(const char* directory, const char* name) {
    const size_t length = strlen(directory);
    const char* slash = length > 0 && directory[length - 1] == '/' ? "" : "/";
    const size_t size = length + strlen(name) + 2;
    char* path = resized(NULL, size);
    snprintf(path, size, "%s%s%s", directory, slash, name);
    return path;
}
