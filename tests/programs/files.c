/* What POSIX says of files, printed. The test compiles this program for the host too: the guest must print
 * the same. */
#include "files.h"

static void offsets(void) {
    char buffer[20];
    int fds[2];
    int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
    SHOW(write(fd, "0123456789", 10));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(lseek(fd, 3, SEEK_SET));
    SHOW(read(fd, buffer, 2));
    SHOW(lseek(fd, -1, SEEK_CUR));
    SHOW(lseek(fd, -6, SEEK_CUR));
    SHOW(lseek(fd, -3, SEEK_END));
    SHOW(lseek(fd, -11, SEEK_END));
    SHOW(lseek(fd, 0, 77));
    SHOW(lseek(99, 0, SEEK_SET));
    SHOW(lseek(fd, 20, SEEK_SET));
    SHOW(read(fd, buffer, 5));
    SHOW(write(fd, "end", 3));
    show("f");
    SHOW(pread(fd, buffer, 4, 2));
    printf("%.4s\n", buffer);
    SHOW(pread(fd, buffer, 4, 21));
    SHOW(pread(fd, buffer, 4, 100));
    SHOW(pread(fd, buffer, 4, -1));
    SHOW(pwrite(fd, "xy", 2, 12));
    SHOW(pwrite(fd, "z", 1, -5));
    SHOW(lseek(fd, 0, SEEK_CUR));
    show("f");
    SHOW(ftruncate(fd, 5));
    SHOW(ftruncate(fd, 8));
    SHOW(ftruncate(fd, -1));
    SHOW(truncate("f", 30));
    SHOW(truncate("none", 3));
    SHOW(truncate("f", 9));
    show("f");
    close(fd);
    fd = open("f", O_RDONLY);
    SHOW(ftruncate(fd, 1));
    SHOW(pwrite(fd, "z", 1, 0));
    close(fd);
    SHOW(pipe(fds));
    SHOW(lseek(fds[0], 0, SEEK_CUR));
    SHOW(pread(fds[0], buffer, 1, 0));
    SHOW(pwrite(fds[1], buffer, 1, 0));
    SHOW(ftruncate(fds[1], 0));
    SHOW(fsync(fds[1]));
    close(fds[0]);
    close(fds[1]);
}

static void opening(void) {
    int fd, other, left = -1;
    struct iovec v[2] = {{(char*)"one ", 4}, {(char*)"two ", 4}};
    SHOW(close(open("new", O_WRONLY | O_CREAT | O_EXCL, 0600)));
    SHOW(open("new", O_WRONLY | O_CREAT | O_EXCL, 0600));
    SHOW(mode_of("new"));
    SHOW(open("new", O_RDONLY | O_DIRECTORY));
    SHOW(open("none", O_RDONLY));
    SHOW(open(".", O_WRONLY));
    fd = open("new", O_WRONLY | O_APPEND);
    other = open("new", O_RDWR | O_APPEND);
    SHOW(write(fd, "1", 1));
    SHOW(write(other, "2", 1));
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(write(fd, "3", 1));
    SHOW(writev(fd, v, 2));
    SHOW(fcntl(other, F_GETFL) & (O_APPEND | O_ACCMODE) ? 1 : 0);
    SHOW(fcntl(other, F_SETFL, 0));
    SHOW(pwrite(other, "x", 1, 0));
    SHOW(lseek(other, 4, SEEK_SET));
    SHOW(ioctl(other, FIONREAD, &left));
    SHOW(left);
    close(fd);
    close(other);
    show("new");
    SHOW(close(creat("new", 0644)));
    SHOW(size_of("new"));
    fd = open("new", O_RDONLY | O_CLOEXEC);
    SHOW(fcntl(fd, F_GETFD));
    SHOW(isatty(fd));
    close(fd);
    SHOW(unlink("new"));
}

static void names(void) {
    char path[200], *at;
    SHOW(mkdir("d", 0750));
    SHOW(mkdir("d", 0750));
    SHOW(mode_of("d"));
    SHOW(mkdir("d/e", 0777));
    SHOW(mode_of("d/e"));
    SHOW(rmdir("d"));
    SHOW(rmdir("f"));
    SHOW(rmdir("none"));
    SHOW(rmdir("d/."));
    SHOW(unlink("d/e"));
    SHOW(unlink("none"));
    save("a", "first");
    save("b", "second");
    SHOW(rename("a", "b"));
    show("b");
    SHOW(rename("a", "b"));
    SHOW(rename("b", "d"));
    SHOW(rename("d", "b"));
    SHOW(rename("d", "d/e/x"));
    SHOW(rename("d", "d"));
    SHOW(rename("b", "d/e/b"));
    SHOW(mkdir("g", 0755));
    SHOW(rename("g", "d/e"));
    SHOW(rename("g", "d"));
    SHOW(rename("d/e", "g"));
    SHOW(rename("d/e", "d"));
    show("g/b");
    SHOW(link("g/b", "g/c"));
    SHOW(rename("g/b", "g/c"));
    SHOW(rename("g/b", "none/c"));
    SHOW(rename("g/b", "g/c/d"));
    SHOW(chdir("g"));
    at = getcwd(path, sizeof path);
    printf("%s\n", at ? strrchr(at, '/') : "none");
    SHOW(getcwd(path, 2) ? 0 : -1);
    SHOW(chdir(".."));
    SHOW(remove("g"));
    SHOW(remove("g/b"));
    SHOW(remove("g/c"));
    SHOW(remove("g"));
    SHOW(remove("d"));
    SHOW(access("f", F_OK));
    SHOW(access("none", R_OK));
    SHOW(access("f", X_OK));
    SHOW(access(".", R_OK | X_OK));
    strcpy(path, "/usr/lib/");
    printf("%s ", basename(path));
    printf("%s ", dirname(path));
    strcpy(path, "name");
    printf("%s ", basename(path));
    printf("%s ", dirname(path));
    strcpy(path, "/");
    printf("%s %s\n", basename(path), dirname(path));
}

static void attributes(void) {
    struct utimbuf u = {5, 1000000000};
    struct timeval v[2] = {{1, 0}, {1200000000, 250000}};
    struct timespec t[2] = {{0, UTIME_OMIT}, {1300000000, 123456789}};
    struct stat st;
    int fds[2], fd;
    SHOW(umask(027));
    SHOW(umask(022));
    SHOW(chmod("f", 0751));
    SHOW(mode_of("f"));
    SHOW(access("f", X_OK));
    fd = open("f", O_RDWR);
    SHOW(fchmod(fd, 0640));
    SHOW(fstat(fd, &st));
    SHOW(st.st_mode & 07777);
    SHOW(S_ISREG(st.st_mode));
    SHOW(st.st_nlink);
    SHOW(st.st_size);
    SHOW(utime("f", &u));
    SHOW(stat("f", &st) == 0 ? st.st_mtime : -1);
    SHOW(utimes("f", v));
    SHOW(fstat(fd, &st));
    SHOW(st.st_mtim.tv_sec);
    SHOW(st.st_mtim.tv_nsec);
    SHOW(futimens(fd, t));
    SHOW(stat("f", &st));
    SHOW(st.st_mtim.tv_nsec);
    t[1].tv_nsec = 1000000000;
    SHOW(futimens(fd, t));
    SHOW(write(fd, "now", 3));
    SHOW(fstat(fd, &st));
    SHOW(st.st_mtime > 1300000000);
    SHOW(fsync(fd));
    close(fd);
    SHOW(stat("none", &st));
    SHOW(fstat(99, &st));
    SHOW(stat(".", &st));
    SHOW(S_ISDIR(st.st_mode));
    SHOW(pipe(fds));
    SHOW(fstat(fds[0], &st));
    SHOW(S_ISFIFO(st.st_mode));
    SHOW(isatty(fds[0]));
    close(fds[0]);
    close(fds[1]);
    SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0);
    SHOW(fstat(fds[0], &st));
    SHOW(S_ISSOCK(st.st_mode));
    SHOW(isatty(fds[0]));
    close(fds[0]);
    close(fds[1]);
}

static int not_hidden(const struct dirent* e) { return e->d_name[0] != '.'; }

static void directories(void) {
    struct dirent **list, *e;
    DIR* d;
    long place = 0;
    int i, n, entries = 0;
    char name[20], after[20] = "";
    mkdir("many", 0755);
    for (i = 0; i < 150; i++) {
        sprintf(name, "many/f%03d", i);
        save(name, "");
    }
    n = scandir("many", &list, not_hidden, alphasort);
    printf("%d entries from %s to %s\n", n, list[0]->d_name, list[n - 1]->d_name);
    for (i = 0; i < n; i++) free(list[i]);
    free(list);
    d = opendir("many");
    while ((e = readdir(d))) {
        if (entries == 100) strcpy(after, e->d_name);
        if (++entries == 100) place = telldir(d);
    }
    SHOW(entries);
    seekdir(d, place);
    e = readdir(d);
    SHOW(strcmp(e->d_name, after));
    rewinddir(d);
    for (entries = 0; readdir(d);) entries++;
    SHOW(entries);
    SHOW(dirfd(d) >= 0);
    SHOW(closedir(d));
    SHOW(opendir("f") ? 0 : -1);
    SHOW(opendir("none") ? 0 : -1);
    for (i = 0; i < 150; i++) {
        sprintf(name, "many/f%03d", i);
        unlink(name);
    }
    SHOW(rmdir("many"));
}

static void sending(void) {
    char text[60];
    int fds[2], in;
    off_t at = 2;
    save("f", "0123456789");
    in = open("f", O_RDONLY);
    SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0);
    SHOW(sendfile(fds[0], in, &at, 3));
    SHOW(at);
    SHOW(sendfile(fds[0], in, NULL, 4));
    SHOW(lseek(in, 0, SEEK_CUR));
    SHOW(sendfile(fds[0], in, &at, 100));
    SHOW(sendfile(fds[0], in, &at, 100));
    SHOW(sendfile(99, in, NULL, 5));
    SHOW(sendfile(fds[0], fds[1], NULL, 5));
    SHOW(read(fds[1], text, sizeof text));
    printf("%.12s\n", text);
    close(fds[0]);
    close(fds[1]);
    close(in);
}

/* What a child writes through the same open file goes behind what its parent wrote. */
static void sharing(void) {
    int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
    write(fd, "parent ", 7);
    fflush(stdout);
    if (fork() == 0) {
        write(fd, "child ", 6);
        lseek(fd, 2, SEEK_SET);
        _exit(0);
    }
    wait(NULL);
    SHOW(lseek(fd, 0, SEEK_CUR));
    close(fd);
    show("f");
    unlink("f");
}

int main(void) {
    if (enter("files.d")) return 1;
    offsets();
    opening();
    names();
    attributes();
    directories();
    sending();
    sharing();
    leave("files.d");
    return 0;
}
