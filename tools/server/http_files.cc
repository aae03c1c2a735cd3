#include "tools/server/http_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace server {
namespace {

constexpr usize kMaxNames = 1000;  // in a listing

// O_NONBLOCK: to open a FIFO must not block.
Fd open_in(int folder, const char* name) {
    return Fd(openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

FoundFile refused(int status) {
    FoundFile found;
    found.status = status;
    return found;
}

// One name a line, folders with a slash. What would not be served is not listed.
std::string list(Fd folder) {
    const int fd = folder.get();
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(fdopendir(dup(fd)), closedir);
    std::vector<std::string> names;
    while (const dirent* entry = dir ? readdir(dir.get()) : nullptr) {
        struct stat info;
        const std::string name = entry->d_name;
        if (name[0] == '.' || fstatat(fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) < 0) continue;
        if (S_ISDIR(info.st_mode)) names.push_back(name + "/");
        if (S_ISREG(info.st_mode)) names.push_back(name);
        if (names.size() == kMaxNames) break;
    }
    std::ranges::sort(names);
    std::string text;
    for (const std::string& name : names) text += name + "\n";
    return text;
}

}  // namespace

FoundFile find_file(int root, const std::vector<std::string>& path) {
    Fd at = open_in(root, ".");
    for (const std::string& part : path) {
        Fd next = open_in(at.get(), part.c_str());
        if (!next) return refused(errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG ? 404 : 403);
        at = std::move(next);
    }
    struct stat info;
    if (fstat(at.get(), &info) < 0) return refused(403);
    FoundFile found;
    if (S_ISDIR(info.st_mode)) {
        found.listing = list(std::move(at));
        return found;
    }
    if (!S_ISREG(info.st_mode)) return refused(403);
    found.size = static_cast<u64>(info.st_size);
    found.file = std::move(at);
    return found;
}

}  // namespace server
