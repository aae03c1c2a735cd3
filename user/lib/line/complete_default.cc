// Candidates from the file system.
#include "dirent.h"
#include "line/complete.h"
#include "stdlib.h"
#include "string.h"
#include "sys/stat.h"

namespace line {
namespace {

enum class Wanted { Programs, Files };

// Adds the entries of a folder, which is "" or ends with a slash.
void add_entries(const char* folder, Wanted wanted, Candidates& to) {
    DIR* d = opendir(*folder ? folder : ".");
    if (!d) return;
    while (const dirent* entry = readdir(d)) {
        const char* name = entry->d_name;
        if (!to.fits(name) || (*name == '.' && *to.prefix() != '.')) continue;
        char path[Word::kMost + NAME_MAX + 2];
        struct stat st;
        strlcpy(path, folder, sizeof path);
        strlcat(path, name, sizeof path);
        if (stat(path, &st) < 0) continue;
        if (wanted == Wanted::Programs && (!S_ISREG(st.st_mode) || !(st.st_mode & 0111))) continue;
        to.add(name, S_ISDIR(st.st_mode));
    }
    closedir(d);
}

// The folders of PATH.
void add_programs(Candidates& to) {
    const char* path = getenv("PATH");
    if (!path || !*path) path = "/";
    for (;;) {
        const usize n = strcspn(path, ":");
        char folder[Word::kMost + 2] = "";
        if (n > 0 && n <= Word::kMost) {
            memcpy(folder, path, n);
            strcpy(folder + n, path[n - 1] == '/' ? "" : "/");
        }
        add_entries(folder, Wanted::Programs, to);
        if (path[n] == '\0') return;
        path += n + 1;
    }
}

}  // namespace

void complete_default(const Word& word, Candidates& to) {
    char folder[Word::kMost + 1];
    const auto n = static_cast<usize>(word.name - word.text);
    if (word.is_command && n == 0) return add_programs(to);
    memcpy(folder, word.text, n);
    folder[n] = '\0';
    add_entries(folder, Wanted::Files, to);
}

}  // namespace line
