#include "proc/watchdog.h"

#ifdef NX6_DEBUG
#include "lib/panic.h"
#include "proc/thread.h"
#include "sync/patience.h"

namespace {

// One hart's view of another: its last timer interrupt and the time waited since.
struct Watch {
    u64 beat = 0;  // the last value seen
    Patience patience;
};
constinit Watch watches[arch::kMaxHarts][arch::kMaxHarts];

void look_at(const arch::Hart& other, Watch& watch, u64 time) {
    const u64 beat = other.beat.load(std::memory_order_relaxed);
    if (beat != watch.beat || beat == 0) {
        watch.beat = beat;
        watch.patience = {};
        return;
    }
    if (!watch.patience.ended(time)) return;
    const Thread* t = other.current;
    panic("hart %u is stuck: no timer interrupt for %lu s, in %s", other.id,
          (time - beat) / arch::kTimebaseHz, t ? t->name : "?");
}

}  // namespace

void watchdog_beat(u64 time) {
    arch::Hart& me = arch::this_hart();
    me.beat.store(time, std::memory_order_relaxed);
    for (unsigned i = 0; i < arch::hart_count; i++) {
        if (i != me.id) look_at(arch::harts[i], watches[me.id][i], time);
    }
}
#endif
