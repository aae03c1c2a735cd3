// Files: names of every kind, directories that are removed, disks that fill up.
#include "kit.h"

namespace usertests {
namespace {

bool long_paths() {
    static char path[MAXPATH + 1];
    memset(path, '/', sizeof path);
    memcpy(path + MAXPATH - 7, "README", 7);  // the longest valid path
    const Fd fd(open(path, O_RDONLY));
    if (!fd.ok()) return expect("open() of the longest valid path", fd.get(), 0);
    memset(path, '/', sizeof path);
    path[MAXPATH] = '\0';
    return expect("open() of a path one byte too long", open(path, O_RDONLY), -ENAMETOOLONG);
}

bool folder_rules() {
    return expect("mkdir()", mkdir("ut-d"), 0) && expect("mkdir() again", mkdir("ut-d"), -EEXIST) &&
           expect("mkdir() inside of a file", mkdir("README/x"), -ENOTDIR) &&
           expect("open() of a folder to write", open("ut-d", O_RDWR), -EISDIR) &&
           expect("open() of a folder as a new file", open("ut-d", O_CREATE), -EISDIR) &&
           expect("link() of a folder", link("ut-d", "ut-e"), -EPERM) &&
           expect("unlink() of .", unlink("ut-d/."), -EINVAL) &&
           expect("unlink() of ..", unlink("ut-d/.."), -EINVAL) &&
           expect("mkdir() in it", mkdir("ut-d/x"), 0) &&
           expect("unlink() of a folder that is not empty", unlink("ut-d"), -ENOTEMPTY) &&
           expect("unlink() of what is in it", unlink("ut-d/x"), 0) &&
           expect("unlink()", unlink("ut-d"), 0) && expect("chdir() to a file", chdir("README"), -ENOTDIR) &&
           expect("chdir() to a directory that does not exist", chdir("ut-d"), -ENOENT);
}

}  // namespace

bool test_names() {
    for (const char* name : {"", "ut-none", "ut-none/", "./ut-none", "/ut-none"}) {
        if (!expect("open() of a file that does not exist", open(name, O_RDONLY), -ENOENT)) return false;
    }
    for (const char* name : {"/", "//", ".", "./", "/.", "/..", "/../../..", "./././."}) {
        const Fd fd(open(name, O_RDONLY));
        struct stat st;
        if (!fd.ok() || fstat(fd.get(), &st) < 0 || st.type != T_DIR)
            return fail("\"%s\" is no folder", name);
    }
    if (!expect("unlink() of the root", unlink("/"), -EEXIST) ||
        !expect("mkdir() of the root", mkdir("/"), -EEXIST) ||
        !expect("open() below a file", open("/README/x", O_RDONLY), -ENOTDIR))
        return false;
    // A name has at most 14 bytes; longer ones are cut off.
    const Scratch scratch("ut-fourteen-14");
    return make_file("ut-fourteen-14-and-more", "x", 1) &&
           expect("unlink() of the shortened name", unlink("ut-fourteen-14"), 0) && long_paths() &&
           folder_rules();
}

bool test_folder_gone() {
    if (mkdir("ut-gone") < 0 || chdir("ut-gone") < 0) return fail("cannot make a folder");
    struct stat st;
    const bool good = expect("unlink() of the current folder", unlink("/ut-gone"), 0) &&
                      expect("open() of a new file in it", open("x", O_CREATE | O_RDWR), -ENOENT) &&
                      expect("mkdir() in it", mkdir("x"), -ENOENT) &&
                      expect("link() into it", link("/README", "x"), -ENOENT) &&
                      expect("stat() of ..", stat("..", &st), -ENOENT) &&
                      expect("a child in it", status_of([] { return chdir("/"); }), 0) &&
                      mkdir("/ut-gone") == 0 && unlink("/ut-gone") == 0;
    chdir("/");
    return good;
}

bool test_unlinked_file() {
    static char bytes[4096];
    const char name[] = "ut-unlinked";
    const Scratch scratch(name);
    const Fd fd(open(name, O_CREATE | O_RDWR));
    if (!fd.ok() || unlink(name) < 0) return fail("cannot make a file");
    memset(bytes, 'u', sizeof bytes);
    if (!expect("write() to a file without a name", write(fd.get(), bytes, sizeof bytes), sizeof bytes))
        return false;
    struct stat st;
    const Fd other(open(name, O_CREATE | O_RDWR));
    return expect("fstat()", fstat(fd.get(), &st), 0) && expect("its names", st.nlink, 0) &&
           expect("its size", static_cast<long>(st.size), sizeof bytes) &&
           expect("read() of a new file of that name", read(other.get(), bytes, 1), 0);
}

// The direct blocks, the indirect ones, and the doubly indirect ones.
bool test_large_file() {
    static u32 block[256];
    const char name[] = "ut-large";
    const Scratch scratch(name);
    const u32 blocks = quick ? 600 : 4000;
    {
        const Fd fd(open(name, O_CREATE | O_RDWR));
        for (u32 i = 0; i < blocks; i++) {
            for (u32& word : block) word = i;
            if (!expect("write()", write(fd.get(), block, sizeof block), sizeof block)) return false;
        }
    }
    const Fd fd(open(name, O_RDWR));
    for (u32 i = 0; i < blocks; i++) {
        if (!expect("read()", read(fd.get(), block, sizeof block), sizeof block)) return false;
        if (block[0] != i || block[255] != i) return fail("block %u has the words of block %u", i, block[0]);
    }
    if (!expect("read() at the end", read(fd.get(), block, sizeof block), 0)) return false;
    close(open(name, O_RDWR | O_TRUNC));  // fd's offset is now behind the end
    return expect("read() of a file emptied meanwhile", read(fd.get(), block, 4), 0) &&
           expect("write() behind the end", write(fd.get(), block, 4), 4);
}

// Several processes create, link, truncate and remove the same few files.
bool test_one_name() {
    static const char* const kNames[] = {"ut-n1", "ut-n2", "ut-n3", "ut-nd/x"};
    mkdir("ut-nd");
    for (int i = 0; i < 4; i++) {
        start([i] {
            Draw draw(static_cast<u64>(i) + 3);
            for (int round = 0; round < (quick ? 300 : 5000); round++) {
                const char* name = kNames[draw.below(4)];
                const Fd fd(draw.below(2) ? open(name, O_CREATE | O_RDWR | (draw.below(2) ? O_TRUNC : 0))
                                          : -1);
                if (fd.ok() && draw.below(2)) write(fd.get(), kNames, sizeof kNames);
                if (draw.below(3) == 0) unlink(name);
                if (draw.below(3) == 0) link(name, kNames[draw.below(4)]);
                if (draw.below(8) == 0) unlink("ut-nd");
                if (draw.below(4) == 0) mkdir("ut-nd");
            }
            return 0;
        });
    }
    int status, ended = 0;
    while (wait(&status) > 0) ended += status == 0;
    for (const char* name : kNames) unlink(name);
    unlink("ut-nd");
    struct stat st;
    return expect("children that ended well", ended, 4) &&
           expect("stat() of a file that was removed", stat(kNames[0], &st), -ENOENT);
}

namespace {

// Writes until the disk is full; the size of the file must be what was written.
bool fill(const char* name, unsigned long* written) {
    static char bytes[32 * 1024];
    const Fd fd(open(name, O_CREATE | O_RDWR));
    *written = 0;
    for (int n; (n = write(fd.get(), bytes, sizeof bytes)) > 0;) *written += static_cast<unsigned long>(n);
    struct stat st;
    if (fstat(fd.get(), &st) < 0 || st.size != *written)
        return fail("%lu bytes were written, the file has %lu", *written, st.size);
    const int result = write(fd.get(), bytes, 1024);
    return result == -ENOSPC || result == -EFBIG || expect("write() to a full disk", result, -ENOSPC);
}

}  // namespace

bool test_full_disk() {
    const Scratch a("ut-full-1"), b("ut-full-2"), c("ut-full-3");
    unsigned long first, second, again;
    if (!fill(a.name, &first) || !fill(b.name, &second)) return false;
    const int folder = mkdir("ut-full-d");
    if (folder == 0) unlink("ut-full-d");
    if (folder != 0 && folder != -ENOSPC) return expect("mkdir() on a full disk", folder, -ENOSPC);
    close(open(c.name, O_CREATE | O_RDWR));
    unlink(a.name), unlink(b.name), unlink(c.name);
    if (quick) return true;
    if (!fill(a.name, &again)) return false;
    return again == first || fail("%lu bytes fit the first time, %lu the second", first, again);
}

bool test_no_inodes() {
    mkdir("ut-inodes");
    int made = 0, error = 0;
    char name[32];
    for (; made < 100'000 && error == 0; made++) {
        snprintf(name, sizeof name, "ut-inodes/%d", made);
        const Fd fd(open(name, O_CREATE | O_RDWR));
        if (!fd.ok()) error = fd.get();
    }
    const int folder = mkdir("ut-inodes-d");
    for (int i = 0; i < made; i++) {
        snprintf(name, sizeof name, "ut-inodes/%d", i);
        unlink(name);
    }
    const int removed = unlink("ut-inodes");
    note("%d files", made - 1);
    return expect("open() of a new file without an inode", error, -ENOSPC) &&
           expect("mkdir() without an inode", folder, -ENOSPC) &&
           expect("unlink() of the emptied folder", removed, 0);
}

// More nested directories than the inode cache holds.
bool test_deep_folders() {
    int depth = 0;
    while (depth < NINODE + 20 && mkdir("ut-deep") == 0 && chdir("ut-deep") == 0) depth++;
    mkdir(""), link("/README", ""), close(open("", O_CREATE)), unlink("xx");
    bool good = expect("folders in folders", depth, NINODE + 20);
    for (; depth > 0; depth--) {
        if (chdir("..") < 0 || unlink("ut-deep") < 0) good = fail("cannot leave and remove folder %d", depth);
    }
    chdir("/");
    return good;
}

}  // namespace usertests
