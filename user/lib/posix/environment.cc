// getenv() and its relatives. The first change copies the array; strings that setenv() made are never freed,
// because getenv() may have returned them.
#include "posix/posix.h"

extern "C" char** environ;

namespace {

constinit char** own = nullptr;  // our array, if environ is it
constinit size_t room = 0;

// The length of a variable's name; 0: it is none.
size_t name_length(const char* name) {
    size_t n = 0;
    while (name && name[n] && name[n] != '=') n++;
    return n;
}

char** find(const char* name, size_t n) {
    for (char** at = environ; at && *at; at++) {
        if (strncmp(*at, name, n) == 0 && (*at)[n] == '=') return at;
    }
    return nullptr;
}

size_t count() {
    size_t n = 0;
    while (environ && environ[n]) n++;
    return n;
}

bool append(char* text) {
    const size_t n = count();
    if (environ != own || n + 2 > room) {
        auto** larger = static_cast<char**>(malloc((2 * n + 8) * sizeof(char*)));
        if (!larger) return false;
        if (n) memcpy(larger, environ, n * sizeof(char*));
        if (environ == own) free(own);
        environ = own = larger;
        room = 2 * n + 8;
    }
    environ[n] = text;
    environ[n + 1] = nullptr;
    return true;
}

int put(char* text, size_t n) {
    if (char** at = find(text, n)) return *at = text, 0;
    return append(text) ? 0 : posix::check_int(-ENOMEM);
}

}  // namespace

extern "C" {

char* posix_getenv(const char* name) {
    const size_t n = strlen(name);
    char** at = find(name, n);
    return at ? *at + n + 1 : nullptr;
}

int posix_unsetenv(const char* name) {
    const size_t n = name_length(name);
    if (n == 0 || name[n]) return posix::check_int(-EINVAL);
    while (char** at = find(name, n)) {
        do at[0] = at[1];
        while (*at++);
    }
    return 0;
}

int posix_setenv(const char* name, const char* value, int overwrite) {
    const size_t n = name_length(name);
    if (n == 0 || name[n]) return posix::check_int(-EINVAL);
    if (!overwrite && find(name, n)) return 0;
    const size_t size = n + strlen(value) + 2;
    auto* text = static_cast<char*>(malloc(size));
    if (!text) return posix::check_int(-ENOMEM);
    snprintf(text, size, "%s=%s", name, value);
    return put(text, n);
}

int posix_putenv(char* text) {
    const size_t n = name_length(text);
    return text[n] ? put(text, n) : posix_unsetenv(text);
}

int posix_clearenv() {
    static char* none[] = {nullptr};
    environ = none;
    return 0;
}

}  // extern "C"
