#include "posix/hosts.h"

#include "arpa/inet.h"
#include "posix/posix.h"

extern "C" {
int strcasecmp(const char* a, const char* b);
char* strtok_r(char* s, const char* separators, char** rest);
}

namespace posix {
namespace {

constexpr const char kBlanks[] = " \t\n";

// Calls match(address, names) for each line, until it returns true; `names` is for strtok_r().
template <class Match>
bool any_line(Match match) {
    const int fd = open("/hosts", O_RDONLY);
    bool found = false;
    char line[256];
    while (fd >= 0 && !found && fgetline(fd, line, sizeof line) > 0) {
        if (char* remark = strchr(line, '#')) *remark = '\0';
        char* names = line;
        const char* text = strtok_r(nullptr, kBlanks, &names);
        u32 address;
        found = text && inet_pton(AF_INET, text, &address) == 1 && match(address, names);
    }
    if (fd >= 0) close(fd);
    return found;
}

}  // namespace

bool find_in_hosts(const char* name, u32* address) {
    return any_line([=](u32 here, char* names) {
        *address = here;
        while (const char* word = strtok_r(nullptr, kBlanks, &names)) {
            if (strcasecmp(word, name) == 0) return true;
        }
        return false;
    });
}

bool find_in_hosts(u32 address, char* name, usize size) {
    return any_line([=](u32 here, char* names) {
        const char* word = here == address ? strtok_r(nullptr, kBlanks, &names) : nullptr;
        if (!word || strlen(word) >= size) return false;
        strcpy(name, word);
        return true;
    });
}

}  // namespace posix
