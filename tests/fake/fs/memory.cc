#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "lib/log.h"
#include "lib/panic.h"
#include "mm/kalloc.h"
#include "mm/uaccess.h"
#include "proc/wall_clock.h"

namespace {
std::atomic<long> pages{0};
std::atomic<long> page_limit{1L << 30};

bool is_bad(UserAddr a, usize n) {
    return a.value < fake::kBadAddress + 4096 && a.value + n > fake::kBadAddress;
}
}  // namespace

namespace fake {
long pages_in_use() { return pages; }
void set_page_limit(long limit) { page_limit = limit; }
}  // namespace fake

namespace fake {
u64 now = 1'700'000'000'000'000'001;
}
u64 wall_time() { return fake::now; }

namespace mm {

void* page_alloc() {
    if (pages >= page_limit) return nullptr;
    pages++;
    void* p = std::aligned_alloc(4096, 4096);
    std::memset(p, 0x5a, 4096);
    return p;
}

void* page_alloc_zeroed() {
    void* p = page_alloc();
    if (p) std::memset(p, 0, 4096);
    return p;
}

void page_free(void* page) {
    pages--;
    std::free(page);
}

Result<> copy_in(void* to, UserAddr from, usize n) {
    if (is_bad(from, n)) return Errno::Fault;
    std::memcpy(to, reinterpret_cast<const void*>(from.value), n);
    return {};
}

Result<> copy_out(UserAddr to, const void* from, usize n) {
    if (is_bad(to, n)) return Errno::Fault;
    std::memcpy(reinterpret_cast<void*>(to.value), from, n);
    return {};
}

}  // namespace mm

void panic(const char* format, ...) {
    std::va_list args;
    va_start(args, format);
    std::vfprintf(stderr, format, args);
    va_end(args);
    std::fputc('\n', stderr);
    std::abort();
}

void log(const char*, ...) {}
