// ls: lists directories and files: name, type, inode number, size.
#include "abi/fs.h"
#include "user.h"

namespace {

const char kUsage[] =
    "ls [-l] [PATH...]      prints name, type (d directory, - file, c device, s socket), inode number, bytes";

char type_letter(short type) {
    switch (type) {
        case T_DIR: return 'd';
        case T_FILE: return '-';
        case T_DEVICE: return 'c';
        case T_SOCK: return 's';
    }
    return '?';
}

void print(const char* name, const struct stat& st) {
    printf("%-14s %c %4u %8lu\n", name, type_letter(st.type), st.ino, st.size);
}

// Prints one entry of a directory. Returns 0, or 1 after an error message.
int print_entry(const char* directory, const struct dirent& entry) {
    char name[DIRSIZ + 1] = {}, path[MAXPATH + DIRSIZ + 2];
    memcpy(name, entry.name, DIRSIZ);
    snprintf(path, sizeof path, "%s/%s", directory, name);
    struct stat st;
    const int result = stat(path, &st);
    if (result < 0) {
        complain("cannot read the inode of %s: %s", path, strerror(result));
        return 1;
    }
    print(name, st);
    return 0;
}

int list_directory(int fd, const char* path) {
    int failed = 0;
    struct dirent entry;
    while (read(fd, &entry, sizeof entry) == sizeof entry) {
        if (entry.inum != 0) failed |= print_entry(path, entry);
    }
    return failed;
}

int list(const char* path) {
    struct stat st;
    int result = stat(path, &st);
    if (result >= 0 && st.type != T_DIR) return print(path, st), 0;
    const int fd = result < 0 ? result : open(path, O_RDONLY);
    if (fd < 0) {
        complain("cannot open %s: %s", path, strerror(fd));
        return 1;
    }
    result = list_directory(fd, path);
    close(fd);
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    for (int letter; (letter = getopt(argc, argv, "l")) != -1;) {
        if (letter != 'l') bad_usage(kUsage);  // -l is accepted out of habit; it changes nothing
    }
    if (optind == argc) return list(".");
    int failed = 0;
    for (; optind < argc; optind++) failed |= list(argv[optind]);
    return failed;
}
