#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "jobs.h"
#include "shell.h"
#include "traps.h"
#include "variables.h"

namespace sh {

namespace {

bool type_line(const char* prompt, Text& line) {
    static char typed[kLongestLine + 1];
    const int n = read_typed_line(prompt, typed, sizeof typed);
    if (n == -EINTR) {
        (void)interrupted();
        run_traps();
        abandon(128 + SIGINT);
    }
    for (int i = 0; i < n; i++) {
        if (typed[i]) line.add(typed[i]);
    }
    return n > 0;
}

}  // namespace

void Source::begin(Arena& arena) {
    if (fd_ < 0) return;
    lines_ = new (arena.take(sizeof(Text))) Text(arena);
    at = size_ = 0;
}

// The first line of a command has the prompt PS1, the others PS2.
bool Source::more() {
    if (fd_ < 0 || !lines_) return false;
    const char* prompt = value_of(lines_->size() ? "PS2" : "PS1");
    if (!(shell.interactive ? type_line(prompt ? prompt : "", *lines_) : read_line(fd_, *lines_)))
        return false;
    text_ = lines_->c_str();
    size_ = lines_->size();
    return true;
}

bool read_line(int fd, Text& line) {
    const size_t before = line.size();
    for (;;) {
        char c;
        const ssize_t n = read(fd, &c, 1);
        if (n < 0 && errno == EINTR) {
            if (shell.interactive && interrupted()) abandon(128 + SIGINT);
            run_traps();
            continue;
        }
        if (n <= 0) return line.size() > before;
        if (c) line.add(c);
        if (c == '\n') return true;
    }
}

char* read_file(const char* path, Arena& arena, size_t& size) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return nullptr;
    Text text(arena);
    char piece[1024];
    ssize_t n;
    bool binary = false;
    while ((n = read(fd, piece, sizeof piece)) > 0) {
        if (text.size() == 0) binary = memchr(piece, '\0', static_cast<size_t>(n)) != nullptr;
        if (binary) break;
        for (ssize_t i = 0; i < n; i++) {
            if (piece[i]) text.add(piece[i]);
        }
    }
    const int error = binary ? ENOEXEC : n < 0 ? errno : 0;
    close(fd);
    errno = error;
    size = text.size();
    return error ? nullptr : text.c_str();
}

}  // namespace sh
