// Builtins that change the process, or its input and output.
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builtins.h"
#include "execute.h"
#include "expand.h"
#include "shell.h"
#include "traps.h"
#include "variables.h"

namespace sh {

namespace {

constexpr size_t kLongestPath = 4096;

// The text is the shell's own if it can be had, as it contains no folder that was moved.
char* working_directory() {
    auto* path = static_cast<char*>(shell.scratch.take(kLongestPath));
    return getcwd(path, kLongestPath);
}

bool write_out(const char* text, size_t n) {
    while (n) {
        const ssize_t written = write(1, text, n);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            complain("cannot write: %s", strerror(errno));
            return false;
        }
        text += written;
        n -= static_cast<size_t>(written);
    }
    return true;
}

}  // namespace

int cd_builtin(int argc, char** argv) {
    int first = 1;
    while (first < argc && (strcmp(argv[first], "-L") == 0 || strcmp(argv[first], "-P") == 0 ||
                            strcmp(argv[first], "--") == 0))
        first++;
    const char* home = value_of("HOME");
    const char* path = first < argc ? argv[first] : home ? home : "/";
    const bool back = strcmp(path, "-") == 0;
    if (back) path = value_of("OLDPWD");
    if (!path) return complain("cd: OLDPWD is not set"), 1;
    const char* before = working_directory();
    if (*path && chdir(path) < 0) {
        complain("cannot change to directory %s: %s", path, strerror(errno));
        return kMisused;
    }
    if (before) set_variable("OLDPWD", before);
    const char* now = working_directory();
    if (now) set_variable("PWD", now);
    if (back && now) print("%s\n", now);
    return 0;
}

int pwd_builtin(int, char**) {
    const char* path = working_directory();
    if (!path) return complain("pwd: %s", strerror(errno)), 1;
    print("%s\n", path);
    return 0;
}

int umask_builtin(int argc, char** argv) {
    if (argc < 2) {
        const mode_t mask = umask(022);
        umask(mask);
        print("%04o\n", static_cast<unsigned>(mask));
        return 0;
    }
    char* end;
    const long mask = strtol(argv[1], &end, 8);
    if (*end || mask < 0 || mask > 0777)
        return complain("umask: %s is no mask: use octal digits", argv[1]), kMisused;
    umask(static_cast<mode_t>(mask));
    return 0;
}

// As the program echo: no backslash is special.
int echo_builtin(int argc, char** argv) {
    const bool newline = argc < 2 || strcmp(argv[1], "-n") != 0;
    Text text(shell.scratch);
    for (int i = newline ? 1 : 2; i < argc; i++) {
        text.add(argv[i]);
        if (i + 1 < argc) text.add(' ');
    }
    if (newline) text.add('\n');
    return write_out(text.c_str(), text.size()) ? 0 : 1;
}

namespace {

bool is_separator(char c) { return c && strchr(field_separators(), c); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }

// A line, with \1 in front of each character that a backslash has quoted. False at the end of the input.
bool read_quoted_line(Text& line, bool raw) {
    bool quoted = false;
    for (;;) {
        char c;
        const ssize_t n = read(0, &c, 1);
        if (n < 0 && errno == EINTR) {
            if (shell.interactive && interrupted()) abandon(128 + SIGINT);
            if (trap_pending()) run_traps();
            continue;
        }
        if (n <= 0) return false;
        if (!c) continue;
        if (quoted) {
            if (c != '\n') line.add('\1'), line.add(c);
            quoted = false;
        } else if (c == '\\' && !raw) {
            quoted = true;
        } else if (c == '\n') {
            return true;
        } else {
            line.add(c);
        }
    }
}

// The next field of a line; the last variable gets all that is left.
char* take_field(const char*& at, bool last) {
    while (is_space(*at) && is_separator(*at)) at++;
    Text field(shell.scratch);
    size_t keep = 0;  // without the white space at the end
    if (last) {
        // One separator at the end does not count, if nothing but white space is around it.
        const char* p = at;
        while (*p && !is_separator(*p)) p += *p == '\1' ? 2 : 1;
        const char* behind = p;
        while (is_space(*behind) && is_separator(*behind)) behind++;
        if (is_separator(*behind)) behind++;
        while (is_space(*behind) && is_separator(*behind)) behind++;
        if (!*behind) last = false;
    }
    for (; *at && (last || !is_separator(*at)); at++) {
        const bool quoted = *at == '\1' && at[1];
        if (quoted) at++;
        field.add(*at);
        if (quoted || !(is_space(*at) && is_separator(*at))) keep = field.size();
    }
    field.cut(keep);
    while (is_space(*at) && is_separator(*at)) at++;
    if (is_separator(*at) && !is_space(*at)) at++;
    return field.c_str();
}

}  // namespace

int read_builtin(int argc, char** argv) {
    int first = 1;
    const bool raw = argc > 1 && strcmp(argv[1], "-r") == 0;
    if (raw) first++;
    if (first == argc) return complain("read: the name of a variable is missing"), kMisused;
    Text line(shell.scratch);
    const bool complete = read_quoted_line(line, raw);
    const char* at = line.c_str();
    for (int i = first; i < argc; i++) {
        if (!is_valid_name(argv[i])) return complain("read: %s is no name of a variable", argv[i]), kMisused;
        set_variable(argv[i], take_field(at, i + 1 == argc));
    }
    return complete ? 0 : 1;
}

}  // namespace sh
