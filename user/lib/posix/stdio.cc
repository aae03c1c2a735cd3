// stdio: buffered input and output of files. stdio_open.cc opens them, stdio_seek.cc moves their offset.
#include "abi/seek.h"
#include "posix/file.h"
#include "posix/posix.h"
#include "second_name.h"

namespace {

using File = stdio_file;

// Output to a console is written at the end of each line.
constexpr File standard(int fd, File::Mode mode, File* self, File* next) {
    return {fd,    mode, fd == 0, fd != 0,     fd != 0,   false, false, false,
            false, 0,    0,       File::kRoom, self->own, next,  {}};
}
extern File in, out, err;
constinit File in = standard(0, File::Full, &in, nullptr);
constinit File out = standard(1, File::Line, &out, &in);
constinit File err = standard(2, File::None, &err, &out);

bool write_all(int fd, const char* from, unsigned long n) {
    while (n > 0) {
        const ssize_t written = posix_write(fd, from, n);
        if (written <= 0) return false;
        from += written;
        n -= static_cast<unsigned long>(written);
    }
    return true;
}

}  // namespace

namespace posix {

constinit File* all_files = &err;

bool flush(File& f) {
    if (!f.writes || f.end == 0) return true;
    const bool written = write_all(f.fd, f.text, f.end);
    f.end = 0;
    f.failed |= !written;
    return written;
}

bool settle(File& f) {
    if (f.writes) return flush(f);
    const long unread = static_cast<long>(f.end) - static_cast<long>(f.at);
    if (unread == 0 || raw_lseek(f.fd, -unread, SEEK_CUR) >= 0) f.at = f.end = 0;
    return true;
}

// Switches a file that is both read and written from reading to writing, at the place up to which it was
// read. Of a socket, input in the buffer is discarded.
static void turn_to_writing(File& f) {
    if (f.writes) return;
    settle(f);
    f.writes = true;
    f.at = f.end = 0;
}

static bool refuse(File& f) {
    f.failed = true;
    errno = EBADF;
    return false;
}

void put(File& f, const char* from, unsigned long n) {
    if (!f.may_write) return void(refuse(f));
    turn_to_writing(f);
    bool line_ended = false;
    if (n >= f.room) {
        if (flush(f)) f.failed |= !write_all(f.fd, from, n);
        return;
    }
    if (n > f.room - f.end) flush(f);
    for (unsigned long i = 0; i < n; i++) {
        f.text[f.end++] = from[i];
        line_ended |= from[i] == '\n';
    }
    if (f.mode == File::None || (f.mode == File::Line && line_ended)) flush(f);
}

// Reads more input behind that which is unread, which moves to the front. False: the end, no room, an error.
// Output to the console is written before input from it is awaited.
static bool more_input(File& f) {
    if (!f.may_read) return refuse(f);
    if (f.writes) flush(f), f.writes = false;
    if (f.fd == 0) flush(out);
    const unsigned unread = f.end - f.at;
    memmove(f.text + 1, f.text + f.at, unread);
    f.at = 1;
    f.end = 1 + unread;
    if (unread == f.room) return false;
    const ssize_t n = posix_read(f.fd, f.text + f.end, f.room - unread);
    if (n > 0) f.end += static_cast<unsigned>(n);
    f.at_end |= n == 0;
    f.failed |= n < 0;
    return n > 0;
}

int get(File& f) {
    if ((f.writes || f.at >= f.end) && !more_input(f)) return -1;
    return static_cast<unsigned char>(f.text[f.at++]);
}

}  // namespace posix

extern "C" {

extern File* const stdin;
extern File* const stdout;
extern File* const stderr;
constinit File* const stdin = &in;
constinit File* const stdout = &out;
constinit File* const stderr = &err;

int posix_fileno(File* f) { return f->fd; }
int posix_feof(File* f) { return f->at_end; }
int posix_ferror(File* f) { return f->failed; }
void posix_clearerr(File* f) { f->at_end = f->failed = false; }

// --- input ---

int posix_fgetc(File* f) { return posix::get(*f); }
int posix_getchar() { return posix::get(in); }

int posix_ungetc(int c, File* f) {
    if (c < 0 || !f->may_read) return -1;
    if (f->writes) posix::flush(*f), f->writes = false;
    if (f->at == 0 && f->end == 0) f->at = f->end = 1;
    if (f->at == 0) return -1;
    f->text[--f->at] = static_cast<char>(c);
    f->at_end = false;
    return c;
}

char* posix_fgets(char* line, int size, File* f) {
    int n = 0;
    while (n + 1 < size) {
        const int c = posix::get(*f);
        if (c < 0) break;
        line[n++] = static_cast<char>(c);
        if (c == '\n') break;
    }
    if (n == 0) return nullptr;
    line[n] = '\0';
    return line;
}

ssize_t posix_getdelim(char** line, size_t* size, int end, File* f) {
    size_t n = 0;
    if (!*line) *size = 0;
    for (int c = ~end; c != end;) {
        if (n + 2 > *size) {
            const size_t wanted = *size ? *size * 2 : 120;
            auto* grown = static_cast<char*>(realloc(*line, wanted));
            if (!grown) return errno = ENOMEM, -1;
            *line = grown;
            *size = wanted;
        }
        c = posix::get(*f);
        if (c < 0) break;
        (*line)[n++] = static_cast<char>(c);
    }
    if (n == 0) return -1;
    (*line)[n] = '\0';
    return static_cast<ssize_t>(n);
}
ssize_t posix_getline(char** line, size_t* size, File* f) { return posix_getdelim(line, size, '\n', f); }

size_t posix_fread(void* to, size_t size, size_t count, File* f) {
    auto* p = static_cast<char*>(to);
    const size_t wanted = size * count;
    size_t n = 0;
    while (n < wanted) {
        if ((f->writes || f->at >= f->end) && !posix::more_input(*f)) break;
        const size_t part = f->end - f->at < wanted - n ? f->end - f->at : wanted - n;
        memcpy(p + n, f->text + f->at, part);
        f->at += static_cast<unsigned>(part);
        n += part;
    }
    return size ? n / size : 0;
}

// --- output ---

size_t posix_fwrite(const void* from, size_t size, size_t count, File* f) {
    posix::put(*f, static_cast<const char*>(from), size * count);
    return f->failed || size == 0 ? 0 : count;
}

int posix_fputc(int c, File* f) {
    const char byte = static_cast<char>(c);
    posix::put(*f, &byte, 1);
    return f->failed ? -1 : static_cast<unsigned char>(byte);
}

int posix_fputs(const char* s, File* f) {
    posix::put(*f, s, strlen(s));
    return f->failed ? -1 : 0;
}

int posix_putchar(int c) { return posix_fputc(c, &out); }
int posix_puts(const char* s) { return posix_fputs(s, &out) < 0 ? -1 : posix_fputc('\n', &out); }

}  // extern "C"

SECOND_NAME(posix_getc, posix_fgetc);
SECOND_NAME(posix_putc, posix_fputc);
