#include "net/platform.h"

#include "dev/uart.h"
#include "lib/format.h"
#include "lib/log.h"
#include "lib/random.h"
#include "mm/kalloc.h"

namespace {

// For the first datagram of a flow, QEMU's user network opens a host socket, but polls it only when its main
// loop next wakes. A new timer deadline of the guest wakes the loop. Without this timer, the first reply
// would arrive with the next time slice, up to 10 ms later.
constinit Timer nudge([](void*) {}, nullptr);

}  // namespace

namespace net::platform {

void flow_started() { nudge.set(clock_now() + milliseconds(1)); }
Instant now() { return clock_now(); }
u64 random() { return random_u64(); }
void* page_alloc() { return mm::page_alloc_zeroed(); }
void* raw_page_alloc() { return mm::page_alloc(); }
void page_free(void* page) { mm::page_free(page); }
usize memory_pages() { return mm::pages_total(); }
void* packet_page_alloc() { return mm::page_alloc_zeroed(); }
void print(const char* text, usize length) { dev::uart_write(text, length); }

void log(const char* fmt, ...) {
    char text[200];
    std::va_list args;
    va_start(args, fmt);
    vformat_to(text, sizeof text, fmt, args);
    va_end(args);
    ::log("%s", text);
}

}  // namespace net::platform
