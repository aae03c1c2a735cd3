/* ls: lists directories and files. */
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "ls [-aAdhlRrSt1] [PATH...]      prints name, type (d directory, - file, c device, s socket), inode "
    "number, bytes\n"
    "  -1  only names           -l  modes, links, owner, size, time and name; -h  size in K, M, G\n"
    "  -a  also . and .. and names that begin with a point; -A  without . and ..\n"
    "  -t  newest first         -S  largest first        -r  in reverse order\n"
    "  -d  directories themselves, not what is in them   -R  also the directories in them";

enum { TROUBLE = 2 };
static int has[128]; /* the options, by their letter */
static int printed;  /* something, so that a directory's heading has an empty line above */

struct file {
    char* name;
    struct stat st;
};
struct list {
    struct file* files;
    size_t count;
};

/* Adds the file at the path under this name. Returns 0, or TROUBLE after an error message. */
static int add(struct list* list, const char* name, const char* path) {
    struct stat st;
    if (stat(path, &st) != 0) return warn("cannot open %s", path), TROUBLE;
    list->files = resized(list->files, (list->count + 1) * sizeof *list->files);
    list->files[list->count].st = st;
    list->files[list->count].name = strcpy(resized(NULL, strlen(name) + 1), name);
    list->count++;
    return 0;
}

static void clear(struct list* list) {
    for (size_t i = 0; i < list->count; i++) free(list->files[i].name);
    free(list->files);
}

static int in_order(const void* one, const void* other) {
    const struct file *a = one, *b = other;
    const struct timespec s = a->st.st_mtim, t = b->st.st_mtim;
    int order = 0;
    if (has['S']) order = (a->st.st_size < b->st.st_size) - (a->st.st_size > b->st.st_size);
    if (has['t']) order = (s.tv_sec < t.tv_sec) - (s.tv_sec > t.tv_sec);
    if (has['t'] && order == 0) order = (s.tv_nsec < t.tv_nsec) - (s.tv_nsec > t.tv_nsec);
    if (order == 0) order = strcmp(a->name, b->name);
    return has['r'] ? -order : order;
}

static char type_letter(mode_t mode) {
    return S_ISDIR(mode) ? 'd' : S_ISREG(mode) ? '-' : S_ISCHR(mode) ? 'c' : S_ISSOCK(mode) ? 's' : '?';
}

static void mode_text(mode_t mode, char text[11]) {
    static const char letters[] = "rwxrwxrwx";
    text[0] = type_letter(mode);
    for (int i = 0; i < 9; i++) text[i + 1] = mode & (0400u >> i) ? letters[i] : '-';
    if (mode & S_ISUID) text[3] = mode & S_IXUSR ? 's' : 'S';
    if (mode & S_ISGID) text[6] = mode & S_IXGRP ? 's' : 'S';
    if (mode & S_ISVTX) text[9] = mode & S_IXOTH ? 't' : 'T';
    text[10] = '\0';
}

static void size_text(const struct stat* st, char text[24]) {
    double size = (double)st->st_size;
    const char* unit = "KMG";
    if (S_ISCHR(st->st_mode)) {
        snprintf(text, 24, "%lu, %lu", (unsigned long)st->st_rdev >> 8, (unsigned long)st->st_rdev & 0xff);
        return;
    }
    snprintf(text, 24, "%ld", (long)st->st_size);
    if (!has['h'] || size < 1024) return;
    for (size /= 1024; size >= 1024 && unit[1]; unit++) size /= 1024;
    const long tenths = (long)(size * 10) + (size * 10 > (double)(long)(size * 10)); /* as df and du, up */
    if (tenths < 100)
        snprintf(text, 24, "%ld.%ld%c", tenths / 10, tenths % 10, *unit);
    else
        snprintf(text, 24, "%ld%c", (long)size + (size > (double)(long)size), *unit);
}

/* The time of day, or the year of what is older than half a year or in the future. */
static void time_text(time_t t, char text[16]) {
    const time_t now = time(NULL), half_a_year = 31556952 / 2;
    strftime(text, 16, t > now - half_a_year && t <= now ? "%b %e %H:%M" : "%b %e  %Y", localtime(&t));
}

static void print_long(const struct list* list) {
    int links = 1, sizes = 1;
    char size[24], when[16], mode[11];
    for (size_t i = 0; i < list->count; i++) {
        const int n = snprintf(size, sizeof size, "%lu", (unsigned long)list->files[i].st.st_nlink);
        if (n > links) links = n;
        size_text(&list->files[i].st, size);
        if ((int)strlen(size) > sizes) sizes = (int)strlen(size);
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct file* f = &list->files[i];
        mode_text(f->st.st_mode, mode);
        size_text(&f->st, size);
        time_text(f->st.st_mtime, when);
        printf("%s %*lu root root %*s %s %s\n", mode, links, (unsigned long)f->st.st_nlink, sizes, size, when,
               f->name);
    }
}

static void print(struct list* list) {
    if (list->count) qsort(list->files, list->count, sizeof *list->files, in_order);
    if (has['l']) print_long(list);
    for (size_t i = 0; i < list->count && !has['l']; i++) {
        const struct file* f = &list->files[i];
        if (has['1'])
            printf("%s\n", f->name);
        else
            printf("%-14s %c %4lu %8ld\n", f->name, type_letter(f->st.st_mode), (unsigned long)f->st.st_ino,
                   (long)f->st.st_size);
    }
    printed |= list->count > 0;
}

static int add_inside(struct list* list, const char* directory, const char* name) {
    char* path = path_in(directory, name);
    const int failed = add(list, name, path);
    free(path);
    return failed;
}

static int list_directory(const char* path, int with_heading);

static int list_directories_in(const char* path, const struct list* list) {
    int failed = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct file* f = &list->files[i];
        if (!S_ISDIR(f->st.st_mode) || strcmp(f->name, ".") == 0 || strcmp(f->name, "..") == 0) continue;
        char* inner = path_in(path, f->name);
        failed |= list_directory(inner, 1);
        free(inner);
    }
    return failed;
}

static int list_directory(const char* path, int with_heading) {
    struct list list = {NULL, 0};
    long blocks = 0;
    int failed = 0;
    char** names = names_in(path);
    if (!names) return warn("cannot open %s", path), TROUBLE;
    if (with_heading) printf("%s%s:\n", printed ? "\n" : "", path);
    printed |= with_heading;
    if (has['a']) failed |= add_inside(&list, path, ".") | add_inside(&list, path, "..");
    for (char** name = names; *name; name++) {
        if (**name != '.' || has['a'] || has['A']) failed |= add_inside(&list, path, *name);
    }
    free_names(names);
    for (size_t i = 0; i < list.count; i++) blocks += list.files[i].st.st_blocks;
    if (has['l']) printf("total %ld\n", blocks / 2);
    print(&list);
    if (has['R']) failed |= list_directories_in(path, &list);
    clear(&list);
    return failed;
}

int main(int argc, char** argv) {
    static const char* only_here[] = {".", NULL};
    struct list files = {NULL, 0}, directories = {NULL, 0};
    int failed = 0;
    if (argc > 1 && strcmp(argv[1], "-h") != 0) help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "aAdhlRrSt1")) != -1;) {
        if (letter == '?') bad_usage_as(TROUBLE, usage);
        has[letter] = 1;
    }
    const int many = argc - optind > 1 || has['R'];
    for (const char** path = optind < argc ? (const char**)argv + optind : only_here; *path; path++) {
        struct stat st;
        const int is_directory = !has['d'] && stat(*path, &st) == 0 && S_ISDIR(st.st_mode);
        failed |= add(is_directory ? &directories : &files, *path, *path);
    }
    print(&files);
    if (directories.count) qsort(directories.files, directories.count, sizeof *directories.files, in_order);
    for (size_t i = 0; i < directories.count; i++) failed |= list_directory(directories.files[i].name, many);
    return end_output(failed, TROUBLE);
}
