#include "redirect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expand.h"
#include "shell.h"

namespace sh {

namespace {

constexpr int kFirstHigh = 10;
constexpr size_t kFitsPipe = 512;
Redirected* innermost;

int opening_flags(Redirection kind) {
    switch (kind) {
        case Redirection::Read: return O_RDONLY;
        case Redirection::Append: return O_WRONLY | O_CREAT | O_APPEND;
        case Redirection::ReadWrite: return O_RDWR | O_CREAT;
        default: return O_WRONLY | O_CREAT | O_TRUNC;
    }
}

void write_all(int fd, const char* text, size_t n) {
    while (n) {
        const ssize_t written = write(fd, text, n);
        if (written <= 0) return;
        text += written;
        n -= static_cast<size_t>(written);
    }
}

// A process that writes the text to the pipe. It is a child of a child, so that init waits for it.
bool start_writer(const int (&ends)[2], const char* text, size_t n) {
    const int pid = fork();
    if (pid == 0) {
        const int writer = fork();
        if (writer != 0) _exit(writer < 0);
        close(ends[0]);
        signal(SIGPIPE, SIG_DFL);
        write_all(ends[1], text, n);
        _exit(0);
    }
    int status = 1;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    if (status != 0) errno = EAGAIN;
    return status == 0;
}

// A pipe with the text. A process writes what may not fit.
int open_here_document(const char* text) {
    int ends[2];
    if (pipe(ends) < 0) return -1;
    const size_t n = strlen(text);
    if (n <= kFitsPipe)
        write_all(ends[1], text, n);
    else if (!start_writer(ends, text, n))
        close(ends[0]), ends[0] = -1;
    close(ends[1]);
    return ends[0];
}

bool failed(const char* what) {
    complain("cannot open %s: %s", what, strerror(errno));
    return false;
}

bool duplicate(int fd, const char* from) {
    if (strcmp(from, "-") == 0) {
        close(fd);
        return true;
    }
    char* end;
    const long source = strtol(from, &end, 10);
    if (end == from || *end) {
        complain("%s is no descriptor", from);
        return false;
    }
    if (source != fd && dup2(static_cast<int>(source), fd) < 0) return failed(from);
    if (source == fd && fcntl(fd, F_GETFD) < 0) return failed(from);
    return true;
}

bool redirect(const Redirect& r) {
    const char* text = r.kind == Redirection::HereDocument && !r.word ? "" : expand_text(*r.word);
    if (r.kind == Redirection::Duplicate) return duplicate(r.fd, text);
    const int fd = r.kind == Redirection::HereDocument ? open_here_document(text)
                                                       : open(text, opening_flags(r.kind), 0666);
    if (fd < 0) return failed(text);
    move_fd(fd, r.fd);
    return fcntl(r.fd, F_GETFD) >= 0 || failed(text);
}

}  // namespace

void move_fd(int from, int to) {
    if (from == to) return;
    dup2(from, to);
    close(from);
}

int copy_high(int fd) {
    if (fcntl(fd, F_GETFD) < 0) return -1;
    int high = kFirstHigh;
    while (fcntl(high, F_GETFD) >= 0) high++;
    if (dup2(fd, high) < 0) return -1;
    fcntl(high, F_SETFD, FD_CLOEXEC);
    return high;
}

bool redirect_for_good(const Redirect* list) {
    for (const Redirect* r = list; r; r = r->next) {
        if (!redirect(*r)) return false;
    }
    return true;
}

Redirected::Redirected() : outer_(innermost) { innermost = this; }

void Redirected::save(int fd) {
    for (const Saved* s = saved_; s; s = s->next) {
        if (s->fd == fd) return;
    }
    auto* s = shell.scratch.make<Saved>();
    *s = {fd, copy_high(fd), saved_};
    saved_ = s;
}

bool Redirected::apply(const Redirect* list) {
    for (const Redirect* r = list; r; r = r->next) {
        save(r->fd);
        if (!redirect(*r)) return false;
    }
    return true;
}

void Redirected::undo() {
    for (const Saved* s = saved_; s; s = s->next) {
        if (s->copy < 0)
            close(s->fd);
        else
            move_fd(s->copy, s->fd);
    }
    saved_ = nullptr;
    innermost = outer_;
}

void Redirected::keep() {
    for (const Saved* s = saved_; s; s = s->next) {
        if (s->copy >= 0) close(s->copy);
    }
    saved_ = nullptr;
}

void undo_all_redirections() {
    while (innermost) innermost->undo();
}

}  // namespace sh
