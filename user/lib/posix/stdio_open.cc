// stdio: opens and closes files, and gives them buffers.
#include "posix/file.h"
#include "posix/posix.h"

using File = stdio_file;

extern "C" {
int posix_mkstemp(char* path);
int posix_open(const char* path, int flags, ...);
}

namespace {

// The flags of open() for a mode of fopen(). False: it is none.
bool flags_of(const char* mode, int& flags) {
    switch (*mode) {
        case 'r': flags = O_RDONLY; break;
        case 'w': flags = O_WRONLY | O_CREATE | O_TRUNC; break;
        case 'a': flags = O_WRONLY | O_CREATE | O_APPEND; break;
        default: return errno = EINVAL, false;
    }
    while (*++mode) {
        if (*mode == '+') flags = (flags & ~O_ACCMODE) | O_RDWR;
        if (*mode == 'x') flags |= O_EXCL;
        if (*mode == 'e') flags |= O_CLOEXEC;
    }
    return true;
}

void set_up(File& f, int fd, int flags) {
    f.fd = fd;
    f.may_read = (flags & O_ACCMODE) != O_WRONLY;
    f.may_write = (flags & O_ACCMODE) != O_RDONLY;
    f.writes = !f.may_read;
    f.at_end = f.failed = false;
    f.at = f.end = 0;
}

File* make(int fd, int flags) {
    auto* f = static_cast<File*>(calloc(1, sizeof(File)));
    if (!f) return errno = ENOMEM, nullptr;
    set_up(*f, fd, flags);
    f->text = f->own;
    f->room = File::kRoom;
    f->allocated = true;
    f->next = posix::all_files;
    posix::all_files = f;
    return f;
}

void remove_from_list(const File* f) {
    for (File** at = &posix::all_files; *at; at = &(*at)->next) {
        if (*at != f) continue;
        *at = f->next;
        return;
    }
}

}  // namespace

extern "C" {

File* posix_fdopen(int fd, const char* mode) {
    int flags = 0;
    if (!flags_of(mode, flags)) return nullptr;
    const long has = posix::check(raw_fcntl(fd, F_GETFL));
    if (has < 0) return nullptr;
    const int wants = flags & O_ACCMODE, access = static_cast<int>(has) & O_ACCMODE;
    if (access != O_RDWR && access != wants) return errno = EINVAL, nullptr;
    if (flags & O_APPEND) raw_fcntl(fd, F_SETFL, static_cast<int>(has) | O_APPEND);
    if (flags & O_CLOEXEC) raw_fcntl(fd, F_SETFD, FD_CLOEXEC);
    return make(fd, flags);
}

File* posix_fopen(const char* path, const char* mode) {
    int flags = 0;
    if (!flags_of(mode, flags)) return nullptr;
    const int fd = posix_open(path, flags, 0666);
    if (fd < 0) return nullptr;
    File* f = make(fd, flags);
    if (!f) close(fd);
    return f;
}

// The descriptor keeps its number, so that what is written to descriptor 1 goes to a reopened stdout.
File* posix_freopen(const char* path, const char* mode, File* f) {
    int flags = 0;
    posix::settle(*f);
    const int fd = path && flags_of(mode, flags) ? posix_open(path, flags, 0666) : -1;
    if (fd < 0) return posix_close(f->fd), nullptr;
    if (fd != f->fd) {
        const long moved = posix::check(raw_dup2(fd, f->fd));
        if (moved >= 0 && flags & O_CLOEXEC) raw_fcntl(f->fd, F_SETFD, FD_CLOEXEC);
        close(fd);
        if (moved < 0) return nullptr;
    }
    set_up(*f, f->fd, flags);
    return f;
}

File* posix_tmpfile() {
    char path[] = "/tmp/tmpXXXXXX";
    const int fd = posix_mkstemp(path);
    if (fd < 0) return nullptr;
    unlink(path);
    File* f = make(fd, O_RDWR);
    if (!f) close(fd);
    return f;
}

int posix_fflush(File* f) {
    if (f) return posix::settle(*f) ? 0 : -1;
    bool good = true;
    for (File* each = posix::all_files; each; each = each->next) good &= posix::flush(*each);
    return good ? 0 : -1;
}

int posix_fclose(File* f) {
    const bool flushed = posix::settle(*f);
    const int closed = posix_close(f->fd);
    remove_from_list(f);
    if (f->allocated_text) free(f->text);
    if (f->allocated) free(f);
    return flushed && closed == 0 ? 0 : -1;
}

// The buffer has at least 2 bytes: one for input, and one for ungetc().
int posix_setvbuf(File* f, char* buffer, int mode, size_t size) {
    if (mode < File::Full || mode > File::None || size > 0x4000'0000) return errno = EINVAL, -1;
    f->mode = static_cast<File::Mode>(mode);
    if (size < 2 || mode == File::None) return 0;
    posix::settle(*f);
    if (f->at != f->end) return 0;  // of unread input, the old buffer
    char* text = buffer ? buffer : static_cast<char*>(malloc(size));
    if (!text) return errno = ENOMEM, -1;
    if (f->allocated_text) free(f->text);
    f->allocated_text = !buffer;
    f->text = text;
    f->room = static_cast<unsigned>(size) - 1;
    f->at = f->end = 0;
    return 0;
}
void posix_setbuf(File* f, char* buffer) { f->mode = buffer ? File::Full : File::None; }

}  // extern "C"
