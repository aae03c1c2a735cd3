// Pointers to unmapped memory, to the kernel, to a buffer that is mapped only in part, and to read-only
// memory. Every system call must return EFAULT and have no effect.
#include "kit.h"

namespace usertests {
namespace {

constexpr int kMany = 8192;  // longer than any page
const char kFile[] = "ut-pointers";

bool file_is_empty() {
    struct stat st;
    const int result = stat(kFile, &st);
    if (result < 0) return expect("stat", result, 0);
    return st.size == 0 || fail("%lu bytes of unmapped memory were written to a file", st.size);
}

// A pipe with one byte in it, and a descriptor for each kind of file.
struct Files {
    Scratch scratch{kFile};
    Pipe pipe;
    Fd file{open(kFile, O_CREATE | O_RDWR)};
    Fd program{open("/usertests", O_RDONLY)};
    bool ok() const { return pipe.ok() && file.ok() && program.ok(); }
};

bool sources_at(const BadAddress& bad, const Files& f) {
    const void* p = pointer(bad.at);
    return expect_fault("write() to a file", bad, write(f.file.get(), p, kMany)) && file_is_empty() &&
           expect_fault("write() to a pipe", bad, write(f.pipe.writer(), p, kMany)) &&
           expect_fault("write() to the console", bad, call(kCall_write, 1, static_cast<long>(bad.at), 1)) &&
           expect_fault("bootarg() of a name", bad, call(kCall_bootarg, static_cast<long>(bad.at), 0, 0));
}

// Calls whose only argument is the address of the result.
bool answers_at(const BadAddress& bad) {
    constexpr struct {
        const char* name;
        CallNumber number;
    } kCalls[] = {{"pipe()", kCall_pipe},
                  {"meminfo()", kCall_meminfo},
                  {"cpuinfo()", kCall_cpuinfo},
                  {"netstats()", kCall_netstats}};
    for (const auto& c : kCalls) {
        if (!expect_fault(c.name, bad, call(c.number, static_cast<long>(bad.at)))) return false;
    }
    return expect_fault("procinfo()", bad, call(kCall_procinfo, static_cast<long>(bad.at), 4));
}

bool targets_at(const BadAddress& bad, const Files& f) {
    void* p = pointer(bad.at);
    return expect_fault("read() of a file", bad, read(f.program.get(), p, kMany)) &&
           expect_fault("read() of a pipe", bad, read(f.pipe.reader(), p, kMany)) &&
           expect_fault("fstat()", bad, fstat(f.file.get(), static_cast<struct stat*>(p))) && answers_at(bad);
}

// For wait(), a null pointer is valid.
bool wait_at(const BadAddress& bad) {
    if (bad.at == 0) return true;
    const int pid = start([] { return 0; });
    if (pid < 0) return false;
    const int result = wait(static_cast<int*>(pointer(bad.at)));
    while (wait(nullptr) > 0) continue;
    return expect_fault("wait()", bad, result);
}

}  // namespace

bool test_bad_sources() {
    const Files f;
    if (!f.ok()) return fail("cannot set up: no pipe or no file");
    for (int i = 0; i < kBadAddresses; i++) {
        if (!sources_at(bad_addresses()[i], f)) return false;
    }
    return true;
}

bool test_bad_targets() {
    const Files f;
    if (!f.ok() || write(f.pipe.writer(), "x", 1) != 1) return fail("cannot set up: no pipe or no file");
    for (int i = 0; i < kBadAddresses; i++) {
        if (!targets_at(bad_addresses()[i], f) || !wait_at(bad_addresses()[i])) return false;
    }
    char byte = 0;
    return expect("the byte in the pipe is still there: read()", read(f.pipe.reader(), &byte, 1), 1);
}

bool test_bad_paths() {
    char good[] = "ut-path";
    const Scratch scratch(good);
    char* const argv[] = {good, nullptr};
    for (int i = 0; i < kBadAddresses; i++) {
        const BadAddress& bad = bad_addresses()[i];
        const char* path = static_cast<char*>(pointer(bad.at));
        if (!(expect_fault("open()", bad, open(path, O_CREATE | O_RDWR)) &&
              expect_fault("unlink()", bad, unlink(path)) && expect_fault("mkdir()", bad, mkdir(path)) &&
              expect_fault("mknod()", bad, mknod(path, 1, 0)) && expect_fault("chdir()", bad, chdir(path)) &&
              expect_fault("link() from", bad, link(path, good)) &&
              expect_fault("link() to", bad, link("/README", path)) &&
              expect_fault("exec()", bad, exec(path, const_cast<char**>(argv))))) {
            return false;
        }
    }
    char* last = last_byte();
    *last = 'x';
    if (!expect("open() of a path that continues in unmapped memory", open(last, O_RDONLY), -EFAULT))
        return false;
    memcpy(last - 7, "README", 7);
    last[0] = last[-1] = '\0';
    const Fd fd(open(last - 7, O_RDONLY));
    return fd.ok() || expect("open() of a path that ends with the last mapped byte", fd.get(), 0);
}

namespace {

// Checks the error of exec with an argument vector at this address, which is mapped in the child too.
bool expect_exec(const char* what, char** argv, int error) {
    char path[] = "/echo";
    return expect(what, exec(path, argv), -error);
}

bool argv_at_the_end_of_memory() {
    char word[] = "x";
    char** last = reinterpret_cast<char**>(last_byte() + 1) - 1;
    *last = word;
    return expect_exec("exec() with a vector that continues in unmapped memory", last, EFAULT);
}

bool too_many_arguments() {
    static char* argv[MAXARG + 2];
    char word[] = "x";
    for (int i = 0; i <= MAXARG; i++) argv[i] = word;
    argv[MAXARG + 1] = nullptr;
    return expect_exec("exec() with one argument too many", argv, E2BIG);
}

bool too_long_arguments() {
    static char text[4096];
    memset(text, 'x', sizeof text - 1);
    char* argv[] = {text, text, nullptr};
    return expect_exec("exec() with two pages of arguments", argv, E2BIG);
}

}  // namespace

bool test_bad_argv() {
    char word[] = "x";
    const int rounds = quick ? 20 : 1000;  // so that a leak in each round shows
    for (int round = 0; round < rounds; round++) {
        for (int i = 1; i < kBadAddresses; i++) {
            const BadAddress& bad = bad_addresses()[i];
            char* argv[] = {word, static_cast<char*>(pointer(bad.at)), nullptr};
            char path[] = "/echo";
            if (!expect_fault("exec() with a vector", bad,
                              exec(path, static_cast<char**>(pointer(bad.at)))) ||
                !expect_fault("exec() with an argument", bad, exec(path, argv)))
                return false;
        }
    }
    return argv_at_the_end_of_memory() && too_many_arguments() && too_long_arguments();
}

// Only the first bytes of the buffer are mapped: a call may transfer some of these, but not more.
bool test_straddle() {
    constexpr int kThere = 100;
    char* start = last_byte() + 1 - kThere;
    const Files f;
    if (!f.ok()) return fail("cannot set up: no pipe or no file");
    static char text[kMany];
    const auto moved = [](const char* what, int n) {
        return n == -EFAULT || (n >= 0 && n <= kThere) ||
               fail("%s with %d mapped bytes returned %d", what, kThere, n);
    };
    const int from_file = read(f.program.get(), start, kMany);
    const int to_file = write(f.file.get(), start, kMany);
    const int to_pipe = write(f.pipe.writer(), start, 2000);
    if (!moved("read() of a file", from_file) || !moved("write() to a file", to_file) ||
        !moved("write() to a pipe", to_pipe))
        return false;
    struct stat st;
    fstat(f.file.get(), &st);
    if (to_file >= 0 && st.size != static_cast<unsigned long>(to_file))
        return fail("write() returned %d, but the file has %lu bytes", to_file, st.size);
    if (to_pipe > 0) read(f.pipe.reader(), text, kMany);
    if (write(f.pipe.writer(), text, 2000) != 2000) return fail("the pipe does not work any more");
    return moved("read() of a pipe", read(f.pipe.reader(), start, 2000));
}

bool test_read_only() {
    const Files f;
    if (!f.ok() || write(f.pipe.writer(), "x", 1) != 1) return fail("cannot set up: no pipe or no file");
    const auto text = reinterpret_cast<unsigned long>(&test_read_only);
    const auto rodata = reinterpret_cast<unsigned long>(kFile);
    for (const BadAddress& bad : {BadAddress{"the program's text", text}, BadAddress{"a constant", rodata}}) {
        const u8 before = *static_cast<volatile u8*>(pointer(bad.at));
        if (!targets_at(bad, f) || !wait_at(bad)) return false;
        if (*static_cast<volatile u8*>(pointer(bad.at)) != before) return fail("%s was changed", bad.what);
    }
    return true;
}

}  // namespace usertests
