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

void Source::begin(Arena& arena) {
    if (fd_ < 0) return;
    lines_ = new (arena.take(sizeof(Text))) Text(arena);
    at = size_ = 0;
}

// The first line of a command has the prompt PS1, the others PS2.
bool Source::more() {
    if (fd_ < 0 || !lines_) return false;
    const char* prompt = value_of(lines_->size() ? "PS2" : "PS1");
    if (!read_line(fd_, shell.interactive ? (prompt ? prompt : "") : nullptr, *lines_)) return false;
    text_ = lines_->c_str();
    size_ = lines_->size();
    return true;
}

namespace {

void skip_line(int fd) {
    char c;
    while (read(fd, &c, 1) == 1 && c != '\n') {
    }
}

}  // namespace

bool read_line(int fd, const char* prompt, Text& line) {
    const size_t before = line.size();
    if (prompt) dprintf(2, "%s", prompt);
    for (;;) {
        char c;
        const ssize_t n = prompt ? read_key(fd, &c) : read(fd, &c, 1);
        if (n < 0 && errno == EINTR) {
            if (shell.interactive && interrupted()) abandon(128 + SIGINT);
            run_traps();
            continue;
        }
        if (n <= 0) return line.size() > before;
        if (c) line.add(c);
        if (c == '\n') return true;
        if (!prompt || line.size() - before < kLongestLine) continue;
        skip_line(fd);
        complain("a line of more than %zu characters was not run", kLongestLine);
        abandon(kMisused);
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
