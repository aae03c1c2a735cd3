// stdio: buffered input and output of files.
#include "posix/file.h"
#include "posix/posix.h"

namespace {

using File = stdio_file;

// Output to a console is written at the end of each line.
constinit File in{0, File::Full, false, false, false, false, 0, 0, nullptr, {}};
constinit File out{1, File::Line, true, false, false, false, 0, 0, &in, {}};
constinit File err{2, File::None, true, false, false, false, 0, 0, &out, {}};
constinit File* all = &err;

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

bool flush(File& f) {
    if (!f.writes || f.end == 0) return true;
    const bool written = write_all(f.fd, f.text, f.end);
    f.end = 0;
    f.failed |= !written;
    return written;
}

// Switches a file that is both read and written from reading to writing; buffered input is discarded.
static void turn_to_writing(File& f) {
    if (f.writes) return;
    f.writes = true;
    f.at = f.end = 0;
}

void put(File& f, const char* from, unsigned long n) {
    turn_to_writing(f);
    bool line_ended = false;
    if (n >= File::kRoom) {
        if (flush(f)) f.failed |= !write_all(f.fd, from, n);
        return;
    }
    if (n > File::kRoom - f.end) flush(f);
    for (unsigned long i = 0; i < n; i++) {
        f.text[f.end++] = from[i];
        line_ended |= from[i] == '\n';
    }
    if (f.mode == File::None || (f.mode == File::Line && line_ended)) flush(f);
}

// Output to the console is written before input from it is awaited.
static bool fill(File& f) {
    if (f.writes) flush(f), f.writes = false;
    if (f.fd == 0) flush(out);
    const ssize_t n = posix_read(f.fd, f.text + 1, File::kRoom);
    f.at = 1;
    f.end = n > 0 ? 1 + static_cast<unsigned>(n) : 1;
    f.at_end |= n == 0;
    f.failed |= n < 0;
    return n > 0;
}

int get(File& f) {
    if ((f.writes || f.at >= f.end) && !fill(f)) return -1;
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

// --- opening and closing ---

File* posix_fdopen(int fd, const char* mode) {
    auto* f = static_cast<File*>(calloc(1, sizeof(File)));
    if (!f) return errno = ENOMEM, nullptr;
    f->fd = fd;
    f->writes = *mode != 'r';
    f->allocated = true;
    f->next = all;
    all = f;
    return f;
}

File* posix_fopen(const char* path, const char* mode) {
    const bool both = strchr(mode, '+');
    int flags = both ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;
    if (*mode == 'w') flags |= O_CREATE | O_TRUNC;
    if (*mode != 'r' && *mode != 'w') return errno = EINVAL, nullptr;
    const int fd = posix::check_int(open(path, flags));
    if (fd < 0) return nullptr;
    File* f = posix_fdopen(fd, mode);
    if (!f) close(fd);
    return f;
}

int posix_fflush(File* f) {
    if (f) return posix::flush(*f) ? 0 : -1;
    bool good = true;
    for (File* each = all; each; each = each->next) good &= posix::flush(*each);
    return good ? 0 : -1;
}

int posix_fclose(File* f) {
    const bool flushed = posix::flush(*f);
    const int closed = posix_close(f->fd);
    for (File** at = &all; *at; at = &(*at)->next) {
        if (*at != f) continue;
        *at = f->next;
        break;
    }
    if (f->allocated) free(f);
    return flushed && closed == 0 ? 0 : -1;
}

int posix_fileno(File* f) { return f->fd; }
int posix_feof(File* f) { return f->at_end; }
int posix_ferror(File* f) { return f->failed; }
void posix_clearerr(File* f) { f->at_end = f->failed = false; }

int posix_setvbuf(File* f, char*, int mode, size_t) {
    if (mode < File::Full || mode > File::None) return errno = EINVAL, -1;
    f->mode = static_cast<File::Mode>(mode);
    return 0;
}
void posix_setbuf(File* f, char* buffer) { f->mode = buffer ? File::Full : File::None; }

// --- input ---

int posix_fgetc(File* f) { return posix::get(*f); }

int posix_ungetc(int c, File* f) {
    if (c < 0 || f->writes) return -1;
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

ssize_t posix_getline(char** line, size_t* size, File* f) {
    size_t n = 0;
    if (!*line) *size = 0;
    for (int c = 0; c != '\n';) {
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

size_t posix_fread(void* to, size_t size, size_t count, File* f) {
    auto* p = static_cast<char*>(to);
    const size_t wanted = size * count;
    size_t n = 0;
    while (n < wanted) {
        const int c = posix::get(*f);
        if (c < 0) break;
        p[n++] = static_cast<char>(c);
    }
    return size ? n / size : 0;
}

// --- output ---

size_t posix_fwrite(const void* from, size_t size, size_t count, File* f) {
    posix::put(*f, static_cast<const char*>(from), size * count);
    return f->failed ? 0 : count;
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

int posix_puts(const char* s) { return posix_fputs(s, &out) < 0 ? -1 : posix_fputc('\n', &out); }

}  // extern "C"
