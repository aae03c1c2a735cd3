/* What POSIX says of files, printed. The test compiles this program for the host too: the guest must print
 * the same. It works in a directory of its own, which it removes. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

/* An error's name, since the texts differ between systems. */
static inline const char* name_of(int error) {
    static char text[20];
    switch (error) {
        case 0: return "ok";
        case EBADF: return "EBADF";
        case EBUSY: return "EBUSY";
        case EEXIST: return "EEXIST";
        case EINVAL: return "EINVAL";
        case EISDIR: return "EISDIR";
        case ENOENT: return "ENOENT";
        case ENOTDIR: return "ENOTDIR";
        case ENOTEMPTY: return "ENOTEMPTY";
        case EPERM: return "EPERM";
        case ERANGE: return "ERANGE";
        case ESPIPE: return "ESPIPE";
        case EACCES: return "EACCES";
    }
    snprintf(text, sizeof text, "error %d", error);
    return text;
}

#define SHOW(call)                                                                               \
    do {                                                                                         \
        errno = 0;                                                                               \
        const long result_ = (long)(call);                                                       \
        printf("%d %s = %ld %s\n", __LINE__, #call, result_, result_ < 0 ? name_of(errno) : ""); \
    } while (0)

static inline void save(const char* path, const char* text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) printf("cannot save %s\n", path);
    close(fd);
}

/* Prints a file; zeros as dots. */
static inline void show(const char* path) {
    char text[200];
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text), i;
    close(fd);
    printf("%s (%ld): ", path, (long)n);
    for (i = 0; i < n; i++) putchar(text[i] ? text[i] : '.');
    putchar('\n');
}

static inline long size_of(const char* path) {
    struct stat st;
    return stat(path, &st) < 0 ? -1 : (long)st.st_size;
}

static inline int mode_of(const char* path) {
    struct stat st;
    return stat(path, &st) < 0 ? -1 : (int)(st.st_mode & 07777);
}

/* The program works in a directory of its own, which it removes. */
static inline int enter(const char* directory) {
    umask(022);
    return mkdir(directory, 0755) == 0 && chdir(directory) == 0 ? 0 : (perror(directory), 1);
}

static inline void leave(const char* directory) {
    SHOW(chdir(".."));
    SHOW(rmdir(directory));
}
