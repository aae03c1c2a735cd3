// Memory after fork: both processes see what was there before it, and no store of the other. The kernel
// copies a page only when one of them writes to it.
#include "kit.h"

namespace usertests {
namespace {

constexpr int kPage = 4096, kPages = 64;
char* const kFailed = reinterpret_cast<char*>(-1l);

// Of the data segment; the tests use the heap and the stack too.
char data[2 * kPage] = {1};
const char kConstant[kPage] = {3};

void fill(char* pages, int value) {
    for (int i = 0; i < kPages; i++) pages[i * kPage + i] = static_cast<char>(value + i);
}
bool holds(const char* pages, int value) {
    for (int i = 0; i < kPages; i++) {
        if (pages[i * kPage + i] != static_cast<char>(value + i)) return false;
    }
    return true;
}

unsigned long free_memory() {
    struct meminfo m;
    return meminfo(&m) == 0 ? m.free_bytes : 0;
}

// Pages of the heap, given back at the end.
struct Heap {
    int bytes;
    char* at;
    explicit Heap(int n) : bytes(n), at(sbrk(n)) {}
    ~Heap() {
        if (ok()) sbrk(-bytes);
    }
    Heap(const Heap&) = delete;
    Heap& operator=(const Heap&) = delete;
    bool ok() const { return at != kFailed || fail("no memory for %d bytes", bytes); }
};

int child_writes(char* heap, volatile char* stack) {
    if (!holds(heap, 10) || data[0] != 1 || stack[0] != 5 || kConstant[0] != 3) return 1;
    fill(heap, 20);
    data[0] = 6, data[kPage] = 7;
    stack[0] = 8;
    const int status = status_of([&] {  // the grandchild sees the child's memory
        if (!holds(heap, 20) || data[0] != 6 || data[kPage] != 7 || stack[0] != 8) return 1;
        fill(heap, 30);
        data[0] = 9;
        return 0;
    });
    return status == 0 && holds(heap, 20) && data[0] == 6 ? 0 : 2;
}

}  // namespace

bool test_forked_memory() {
    Heap heap(kPages * kPage);
    if (!heap.ok()) return false;
    volatile char stack[kPage] = {5};
    fill(heap.at, 10);
    data[0] = 1, data[kPage] = 0;
    if (!expect("a child that writes", status_of([&] { return child_writes(heap.at, stack); }), 0))
        return false;
    if (!holds(heap.at, 10) || data[0] != 1 || data[kPage] != 0 || stack[0] != 5)
        return fail("the child's stores have changed its parent's memory");
    Pipe go;
    const int pid = start([&] {  // and the other way round
        char byte;
        go.close_writer();
        read(go.reader(), &byte, 1);
        return holds(heap.at, 10) && data[0] == 1 && stack[0] == 5 ? 0 : 1;
    });
    fill(heap.at, 40);
    data[0] = 4;
    stack[0] = 4;
    go.close_writer();
    return expect("a child whose parent has written", end_of(pid), 0) &&
           (holds(heap.at, 40) || fail("a store of the parent is lost"));
}

// The kernel's copies to user memory.
bool test_forked_stores() {
    Heap heap(4 * kPage);
    Pipe pipe;
    if (!heap.ok() || !pipe.ok()) return false;
    memset(heap.at, 'p', 4 * kPage);
    memset(data, 'd', sizeof data);
    const int status = status_of([&] {
        char* across = heap.at + 2 * kPage - 3;  // in two pages
        if (write(pipe.writer(), "childs", 6) != 6 || read(pipe.reader(), across, 6) != 6) return 1;
        if (memcmp(across, "childs", 6) != 0 || across[-1] != 'p' || across[6] != 'p') return 2;
        int* ends = reinterpret_cast<int*>(data);
        if (::pipe(ends) < 0 || data[8] != 'd') return 3;
        return 0;
    });
    if (!expect("a child whose calls write to shared pages", status, 0)) return false;
    for (int i = 0; i < 4 * kPage; i++) {
        if (heap.at[i] != 'p') return fail("byte %d of the parent's heap has changed", i);
    }
    for (const char byte : data) {
        if (byte != 'd') return fail("the parent's data have changed");
    }
    return true;
}

// Two thirds of the free memory cannot be there twice.
bool test_fork_of_much() {
    Heap heap(static_cast<int>(free_memory() / 3 * 2));
    if (!heap.ok()) return false;
    const unsigned long before = free_memory();
    char path[] = "/true";
    char* argv[] = {path, nullptr};
    for (int i = 0; i < 10; i++) {
        if (!expect("exec() in a child of a large process", status_of([&] { return exec(path, argv); }), 0))
            return false;
    }
    heap.at[0] = 1;
    const unsigned long after = free_memory();
    return after + 4ul * kPage >= before ||
           fail("%lu bytes are gone after the children's end", before - after);
}

namespace {

void eat_all() {
    for (int n = 1 << 24; n >= kPage; n /= 2) {
        while (sbrk(n) != kFailed) continue;
    }
}

// Child and parent share `pages`, and there is memory for some of the copies. The child stores until it is
// killed; then the parent has its pages for itself.
int store_without_memory(char* pages, int spare) {
    Pipe go;
    const int pid = fork();
    if (pid < 0) return pid == -ENOMEM ? 0 : 2;
    if (pid == 0) {
        char byte;
        go.close_writer();
        read(go.reader(), &byte, 1);
        fill(pages, 20);
        exit(7);
    }
    eat_all();
    if (spare) sbrk(-spare * kPage);
    go.close_writer();
    const int status = end_of(pid);
    if (status != kKilled && (status != 7 || spare < kPages)) return 3;
    if (!holds(pages, 10)) return 4;
    fill(pages, 30);
    return holds(pages, 30) ? 0 : 5;
}

}  // namespace

bool test_copies_without_memory() {
    for (const int spare : {0, 1, kPages / 2, kPages + 32}) {
        const int status = status_of([spare] {
            char* pages = sbrk(kPages * kPage);
            if (pages == kFailed) return 1;
            fill(pages, 10);
            return store_without_memory(pages, spare);
        });
        // The parent is killed if it needs a page while the child still has all of them.
        if (status != 0 && status != kKilled) return fail("with %d free pages: status %d", spare, status);
    }
    return true;
}

// Each process checks and changes each page, forks, and ends in random order.
bool test_copy_races() {
    Heap heap(kPages * kPage);
    if (!heap.ok()) return false;
    for (int round = 0; round < (quick ? 10 : 60); round++) {
        fill(heap.at, round);
        int started = 0;
        for (int i = 0; i < 8; i++) {
            started += start([&, i, round] {
                           int value = round;
                           for (int generation = 0; generation < 6; generation++) {
                               if (!holds(heap.at, value)) return 1;
                               value = 50 + i * 10 + generation;
                               fill(heap.at, value);
                               const int pid = fork();
                               if (pid > 0) return end_of(pid) == 0 && holds(heap.at, value) ? 0 : 1;
                           }
                           return 0;
                       }) > 0;
        }
        for (int i = 0, status; i < started; i++) {
            if (wait(&status) < 0 || status != 0) return fail("a process lost a store: status %d", status);
        }
        if (!holds(heap.at, round)) return fail("the parent lost a store");
    }
    return true;
}

}  // namespace usertests
