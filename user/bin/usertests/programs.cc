// exec: files that are not programs, that have invalid headers, that change during exec; arguments up to the
// limit.
#include "kit.h"

namespace usertests {
namespace {

constexpr char kName[] = "ut-program";

// A minimal ELF file: the header, one segment, and code that exits with status 42.
struct Program {
    struct {
        u8 ident[16];
        u16 type, machine;
        u32 version;
        u64 entry, phoff, shoff;
        u32 flags;
        u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
    } header;
    struct {
        u32 type, flags;
        u64 offset, vaddr, paddr, filesz, memsz, align;
    } segment;
    u32 code[4];
};

constexpr Program kGood = {
    {{0x7f, 'E', 'L', 'F', 2, 1, 1}, 2, 243, 1, 0x1000, 64, 0, 0, 64, 56, 1, 0, 0, 0},
    {1, 5, 120, 0x1000, 0x1000, 16, 16, 4096},
    {0x02a0'0513, 0x0020'0893, 0x0000'0073, 0x0000'006f},  // li a0, 42; li a7, SYS_exit; ecall; j .
};

int run_file(const char* name) {
    return status_of([name] {
        char path[32];
        strcpy(path, name);
        char* argv[] = {path, nullptr};
        return exec(path, argv);
    });
}

bool refused(const char* what, const Program& p, int size = sizeof p) {
    if (!make_file(kName, &p, size)) return false;
    const int status = run_file(kName);
    if (status == -ENOEXEC || status == -ENOMEM) return true;
    return expect(what, status, -ENOEXEC);
}

template <class Change>
bool refused_with(const char* what, Change change) {
    Program p = kGood;
    change(p);
    return refused(what, p);
}

bool bad_headers() {
    for (unsigned i = 0; i < 20; i++) {  // each byte that exec checks
        if (i >= 7 && i < 16) continue;
        Program p = kGood;
        p.header.ident[i] ^= 0x40;
        if (!refused("a program with a wrong header", p)) return false;
    }
    return refused_with("program headers of a wrong size", [](Program& p) { p.header.phentsize = 55; }) &&
           refused_with("65535 program headers", [](Program& p) { p.header.phnum = 0xffff; }) &&
           refused_with("program headers behind the end of the file",
                        [](Program& p) { p.header.phoff = 1000; }) &&
           refused_with("program headers at offset 2^64 - 1", [](Program& p) { p.header.phoff = ~0ul; });
}

bool bad_segments() {
    constexpr u64 kPlaces[] = {0, 1, 0x1001, 0x3f'ffff'f000, 0x40'0000'0000, 0xffff'ffc0'8000'0000, ~0xffful};
    constexpr u64 kSizes[] = {15, 0x10'0000'0000, 0x7fff'ffff'ffff'ffff, ~0ul};
    for (const u64 at : kPlaces) {
        if (!refused_with("a segment at a bad address", [at](Program& p) { p.segment.vaddr = at; }))
            return false;
    }
    for (const u64 n : kSizes) {
        if (!refused_with("a segment of a bad size", [n](Program& p) { p.segment.memsz = n; })) return false;
    }
    return refused_with("a segment larger in the file than in memory",
                        [](Program& p) { p.segment.filesz = p.segment.memsz = 100'000; }) &&
           refused_with("a segment behind the end of the file",
                        [](Program& p) { p.segment.offset = 1 << 20; }) &&
           refused_with("a segment at offset 2^64 - 1", [](Program& p) { p.segment.offset = ~0ul; }) &&
           refused_with("a segment both writable and executable", [](Program& p) { p.segment.flags = 7; }) &&
           refused_with("a stack of a terabyte", [](Program& p) {
               p.segment.type = 0x6474'e551;
               p.segment.memsz = 1ul << 40;
           });
}

// exec may succeed, but the program must be killed.
bool dies_at_once() {
    for (const u64 entry : {0x0ul, 0x2000ul, 0x1001ul, 0xffff'ffc0'8000'0000ul, ~0ul}) {
        Program p = kGood;
        p.header.entry = entry;
        if (!make_file(kName, &p, sizeof p)) return false;
        const int status = run_file(kName);
        if (status != kKilled && status != 42 && status != -ENOEXEC)
            return fail("a program with entry %#lx ended with status %d", entry, status);
    }
    return true;
}

}  // namespace

bool test_bad_programs() {
    const Scratch scratch(kName);
    if (!make_file(kName, &kGood, sizeof kGood)) return false;
    if (!expect("a small program", run_file(kName), 42)) return false;
    for (int size = 0; size < static_cast<int>(sizeof kGood); size += 4) {
        if (!refused("a program cut short", kGood, size)) return false;
    }
    return bad_headers() && bad_segments() && dies_at_once() &&
           expect("exec() of a directory", run_file("/"), -ENOEXEC) &&
           expect("exec() of a device", run_file("/console"), -ENOEXEC) &&
           expect("exec() of a text file", run_file("/README"), -ENOEXEC) &&
           expect("exec() of a file that does not exist", run_file("ut-nothing"), -ENOENT);
}

// A file is written, truncated and removed while other processes exec it.
bool test_exec_races() {
    const Scratch scratch(kName);
    const unsigned long until = now_ms() + (quick ? 1000 : 10'000);
    const int writer = start([until] {
        while (now_ms() < until) {
            make_file(kName, &kGood, sizeof kGood);
            make_file(kName, &kGood, 100);
            unlink(kName);
        }
        return 0;
    });
    for (int i = 0; i < 3 && writer > 0; i++) {
        start([until] {
            while (now_ms() < until) {
                const int status = run_file(kName);
                if (status != 42 && status != -ENOEXEC && status != -ENOENT) return status;
            }
            return 0;
        });
    }
    int status, bad = 0;
    while (wait(&status) > 0) bad = status ? status : bad;
    return expect("a program that is being changed", bad, 0);
}

bool test_arguments() {
    static char text[4096];
    char path[] = "/echo", option[] = "-n";
    for (int length = 4000; length < 4096; length++) {
        memset(text, 'x', sizeof text);
        text[length] = '\0';
        const int status = status_of([&] {
            char* argv[] = {path, option, text, nullptr};
            close(1);
            open("/ut-arguments", O_CREATE | O_WRONLY | O_TRUNC);
            return exec(path, argv);
        });
        // All arguments with their terminating zeros must fit in a page.
        const bool fits = sizeof path + sizeof option + static_cast<unsigned>(length) + 1 <= 4096;
        struct stat st;
        stat("/ut-arguments", &st);
        unlink("/ut-arguments");
        if (!expect("exec() with a page of arguments", status, fits ? 0 : -E2BIG)) return false;
        if (fits && st.size != static_cast<unsigned>(length))
            return fail("%lu of %d bytes arrived", st.size, length);
    }
    return expect("exec() without any argument, not even a name", status_of([&] {
                      char* none[] = {nullptr};
                      return exec(path, none);
                  }),
                  0);
}

}  // namespace usertests
