#include "usertests/kit.h"

#include "abi/fs.h"

namespace usertests {

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

long call(long number, long a0, long a1, long a2, long a3, long a4, long a5) {
    register long r0 asm("a0") = a0;
    register long r1 asm("a1") = a1;
    register long r2 asm("a2") = a2;
    register long r3 asm("a3") = a3;
    register long r4 asm("a4") = a4;
    register long r5 asm("a5") = a5;
    register long r7 asm("a7") = number;
    asm volatile("ecall" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5), "r"(r7) : "memory");
    return r0;
}

const BadAddress* bad_addresses() {
    static BadAddress all[kBadAddresses] = {
        {"null", 0},
        {"the page of null", 4095},
        {"after the heap", 0},
        {"the page below the stack", 0},
        {"the address of RAM in xv6", 0x8000'0000},
        {"the last page of user memory", 0x3f'ffff'f000},
        {"the end of user memory", 0x40'0000'0000},
        {"not an address of Sv39", 0x8000'0000'0000},
        {"the kernel's devices", 0xffff'ffc0'1000'0000},
        {"the kernel's text", 0xffff'ffc0'8000'0000},
        {"the kernel's stacks", 0xffff'ffff'c000'3000},
        {"the last page of the address space", 0xffff'ffff'ffff'f000},
        {"the last byte of the address space", 0xffff'ffff'ffff'ffff},
    };
    static_assert(sizeof all / sizeof all[0] == kBadAddresses);
    all[2].at = (reinterpret_cast<unsigned long>(sbrk(0)) + 4095) & ~4095ul;
    // The heap begins at the top of the stack; the guard page is below the stack.
    static const unsigned long first_break = all[2].at;
    all[3].at = first_break - (USERSTACK + 1) * 4096;
    return all;
}

char* last_byte() {
    const unsigned long end = reinterpret_cast<unsigned long>(sbrk(0));
    sbrk(static_cast<int>((4096 - end % 4096) % 4096) + 4096);
    return sbrk(0) - 1;
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

Usage usage() {
    struct meminfo m;
    meminfo(&m);
    // Pages that the mbuf pool keeps are no leak, nor is memory of connections in TIME-WAIT.
    return {m.total_bytes - m.free_bytes - m.mbufs_total * 2048 - m.time_wait_bytes,
            m.mbufs_total - m.mbufs_free - m.mbufs_ring - m.mbufs_fragments, m.processes, m.open_files,
            m.sockets};
}

bool expect_fault(const char* call_name, const BadAddress& bad, long got) {
    char what[80];
    snprintf(what, sizeof what, "%s at %#lx (%s)", call_name, bad.at, bad.what);
    return expect(what, got, -EFAULT);
}

void remove_tree(const char* name) {
    if (unlink(name) != -ENOTEMPTY || chdir(name) < 0) return;
    const int fd = open(".", O_RDONLY);
    dirent e;
    while (fd >= 0 && read(fd, &e, sizeof e) == sizeof e) {
        char inside[DIRSIZ + 1] = {};
        memcpy(inside, e.name, DIRSIZ);
        if (e.inum && strcmp(inside, ".") != 0 && strcmp(inside, "..") != 0) remove_tree(inside);
    }
    close(fd);
    chdir("..");
    unlink(name);
}

}  // namespace usertests
