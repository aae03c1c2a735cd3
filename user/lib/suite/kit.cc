#include "suite/kit.h"

#include "abi/fs.h"

namespace suite {

bool expect(const char* what, long got, long want) {
    if (got == want) return true;
    char text[2][48];
    const long values[] = {want, got};
    for (int i = 0; i < 2; i++) {
        if (values[i] < 0 && values[i] > -200)
            snprintf(text[i], sizeof text[i], "\"%s\"", strerror(static_cast<int>(values[i])));
        else
            snprintf(text[i], sizeof text[i], "%ld", values[i]);
    }
    return fail("%s: expected %s, got %s", what, text[0], text[1]);
}

int end_of(int pid) {
    for (;;) {
        int status;
        const int ended = wait(&status);
        if (ended == pid) return status;
        if (ended < 0) {
            fail("wait for process %d: %s", pid, strerror(ended));
            return kNoChild;
        }
    }
}

bool comes_to_wait(int pid) {
    static struct procinfo all[NPROC];
    for (const unsigned long until = now_ms() + 3000; now_ms() < until; sleep(1)) {
        const int n = procinfo(all, NPROC);
        for (int i = 0; i < n; i++) {
            if (all[i].pid == pid && all[i].state == PROC_SLEEPING) return true;
        }
    }
    return false;
}

bool end_by_kill(int pid, const char* what) {
    const bool waits = comes_to_wait(pid);
    kill(pid);
    const unsigned long start_ms = now_ms();
    const int status = end_of(pid);
    if (!waits) return fail("the process did not block in a wait for %s", what);
    if (now_ms() - start_ms > 1000)
        return fail("a process that waits for %s took more than 1 s to end", what);
    return expect(what, status, kKilled);
}

bool make_file(const char* name, const void* bytes, int n) {
    const Fd fd(open(name, O_CREATE | O_TRUNC | O_WRONLY));
    if (!fd.ok()) return fail("cannot create %s: %s", name, strerror(fd.get()));
    const int written = n ? write(fd.get(), bytes, n) : 0;
    return written == n || fail("a write of %d bytes to %s returned %d", n, name, written);
}

namespace {

// Writes the name of the current directory's first entry besides . and ..; false: there is none.
bool first_entry(char (&name)[DIRSIZ + 1]) {
    const Fd folder(open(".", O_RDONLY));
    dirent e;
    while (folder.ok() && read(folder.get(), &e, sizeof e) == sizeof e) {
        memcpy(name, e.name, DIRSIZ);
        if (e.inum && strcmp(name, ".") != 0 && strcmp(name, "..") != 0) return true;
    }
    return false;
}

}  // namespace

// It opens one directory at a time, so neither paths nor descriptors limit the depth.
void remove_tree(const char* name) {
    if (unlink(name) != -ENOTEMPTY || chdir(name) < 0) return;
    int depth = 1;
    bool stuck = false;
    char inside[DIRSIZ + 1] = {};
    while (depth > 0) {
        if (stuck || !first_entry(inside)) {
            chdir("..");
            depth--;
            continue;
        }
        const int error = unlink(inside);
        if (error == -ENOTEMPTY && chdir(inside) == 0)
            depth++;
        else
            stuck = error < 0;
    }
    unlink(name);
}

}  // namespace suite
