#include "line/history_file.h"

#include "fcntl.h"
#include "lib/format.h"
#include "stdio.h"
#include "string.h"
#include "unistd.h"

namespace line {
namespace {

// Adds the lines of a file, and returns their number. A line that is too long is skipped.
int read_lines(int fd, History& into) {
    char text[Buffer::kMost + 1 + 512];
    usize used = 0;
    int lines = 0;
    bool skips = false;
    for (ssize_t n; (n = read(fd, text + used, 512)) > 0;) {
        used += static_cast<usize>(n);
        usize start = 0;
        while (const void* newline = memchr(text + start, '\n', used - start)) {
            const usize end = static_cast<usize>(static_cast<const char*>(newline) - text);
            if (!skips && end - start <= Buffer::kMost) into.add({text + start, end - start});
            lines++;
            skips = false;
            start = end + 1;
        }
        used -= start;
        memmove(text, text + start, used);
        if (used <= Buffer::kMost) continue;
        skips = true;
        used = 0;
    }
    return lines;
}

// Each write is on the disk when it returns, so few are better.
bool write_lines(int fd, const History& from) {
    char text[2 * (Buffer::kMost + 1)];
    usize used = 0;
    for (int i = 0; i < from.size(); i++) {
        const Text line = from.at(i);
        memcpy(text + used, line.start, line.size);
        used += line.size;
        text[used++] = '\n';
        if (used <= sizeof text / 2 && i + 1 < from.size()) continue;
        if (write(fd, text, used) != static_cast<ssize_t>(used)) return false;
        used = 0;
    }
    return true;
}

}  // namespace

void HistoryFile::load(History& into) {
    const int fd = open(path_, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    lines_ = read_lines(fd, into);
    close(fd);
}

void HistoryFile::append(Text line) {
    const int fd = open(path_, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return;
    char text[Buffer::kMost + 1];
    memcpy(text, line.start, line.size);
    text[line.size] = '\n';
    const bool written = write(fd, text, line.size + 1) == static_cast<ssize_t>(line.size + 1);
    close(fd);
    if (written && ++lines_ >= 2 * History::kMost) shorten();
}

// The file may have lines of other shells.
void HistoryFile::shorten() {
    History newest;
    char path[64];
    format_to(path, sizeof path, "%s~", path_);
    load(newest);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return;
    const bool written = write_lines(fd, newest);
    close(fd);
    if (written && rename(path, path_) == 0)
        lines_ = newest.size();
    else
        unlink(path);
}

}  // namespace line
