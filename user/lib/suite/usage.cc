#include "suite/usage.h"

#include "suite/suite.h"

namespace suite {

Usage usage() {
    struct meminfo m;
    meminfo(&m);
    // Pages that the mbuf pool keeps are no leak, nor is memory of connections in TIME-WAIT.
    return {m.total_bytes - m.free_bytes - m.mbufs_total * 2048 - m.time_wait_bytes,
            m.mbufs_total - m.mbufs_free - m.mbufs_ring - m.mbufs_fragments, m.processes, m.open_files,
            m.sockets};
}

bool nothing_lost(const Usage& before) {
    constexpr unsigned long kSettleMs = 5000;
    Usage after = usage();
    for (const unsigned long until = now_ms() + kSettleMs; now_ms() < until; after = usage()) {
        if (after == before) return true;
        sleep(1);
    }
    const auto more = [](unsigned long now, unsigned long then) { return static_cast<long>(now - then); };
    return fail(
        "afterwards there are in use: %+ld bytes, %+ld mbufs, %+ld processes, %+ld files, %+ld sockets",
        more(after.bytes, before.bytes), more(after.mbufs, before.mbufs),
        more(after.processes, before.processes), more(after.files, before.files),
        more(after.sockets, before.sockets));
}

void kill_stragglers() {
    static struct procinfo all[NPROC];
    const int self = getpid();
    const int n = procinfo(all, NPROC);
    for (int i = 0; i < n; i++) {
        if (all[i].pid > self && all[i].parent == 1 && strcmp(all[i].name, program_name) == 0)
            kill(all[i].pid);
    }
}

}  // namespace suite
