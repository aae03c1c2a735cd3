// Patterns of file names (POSIX, XCU 2.13.3).
#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "expand.h"
#include "shell.h"

namespace sh {

namespace {

bool has_pattern(const char* text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\\') {
            i++;
        } else if (strchr("*?[", text[i])) {
            return true;
        }
    }
    return false;
}

bool exists(const char* path) {
    struct stat st;
    return lstat(path, &st) == 0;
}

bool is_directory(const char* path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int compare(const void* a, const void* b) {
    return strcmp(*static_cast<char* const*>(a), *static_cast<char* const*>(b));
}

// Adds all paths that begin with `path` and go on as `pattern` says.
void match(Text path, const char* pattern, Fields& to) {
    for (;;) {
        const size_t n = strcspn(pattern, "/");
        if (has_pattern(pattern, n)) break;
        char* plain = shell.scratch.copy(pattern, n);
        remove_backslashes(plain);
        path.add(plain);
        pattern += n;
        if (!*pattern) {
            if (exists(path.c_str())) to.add(shell.scratch.copy(path.c_str()));
            return;
        }
        while (*pattern == '/') path.add(*pattern++);
        if (*pattern) continue;
        if (is_directory(path.c_str())) to.add(shell.scratch.copy(path.c_str()));
        return;
    }
    const size_t n = strcspn(pattern, "/");
    const char* component = shell.scratch.copy(pattern, n);
    DIR* directory = opendir(path.size() ? path.c_str() : ".");
    if (!directory) return;
    while (const struct dirent* entry = readdir(directory)) {
        const bool hidden = entry->d_name[0] == '.' && component[0] != '.';
        if (hidden || fnmatch(component, entry->d_name, FNM_PERIOD) != 0) continue;
        Text found(shell.scratch);
        found.add(path.c_str());
        found.add(entry->d_name);
        if (!pattern[n])
            to.add(shell.scratch.copy(found.c_str()));
        else if (is_directory(found.c_str()))
            match(found, pattern + n, to);
    }
    closedir(directory);
}

}  // namespace

void remove_backslashes(char* text) {
    char* to = text;
    for (const char* from = text; *from; from++) {
        if (*from == '\\' && from[1]) from++;
        *to++ = *from;
    }
    *to = '\0';
}

bool expand_path(const char* pattern, Fields& to) {
    const int before = to.count;
    match(Text(shell.scratch), pattern, to);
    if (to.count == before) return false;
    qsort(to.list + before, static_cast<size_t>(to.count - before), sizeof(char*), compare);
    return true;
}

}  // namespace sh
