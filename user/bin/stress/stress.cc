// stress: many processes use every part of the kernel at once for some seconds; then no resource may be lost.
//
// Each worker repeats one kind of operation and checks the results. A lost wakeup shows as a worker that
// never ends (Ctrl-P prints what it waits for), a leak as a difference between `before` and `after`.
#include "kit.h"
#include "suite/usage.h"

using namespace stress;
using suite::Usage, suite::usage;

namespace {

const char kUsage[] =
    "stress [SECONDS [SEED [KIND...]]]      uses the kernel from many processes, then checks for leaks\n"
    "  Default: 10 seconds, seed 1, all kinds: forks execs pipes ring files memory kills sleeps sockets "
    "streams watch signals";

u64 deadline;  // by nanouptime(); then all workers stop

bool wanted(const Kind& kind, int names, char** name) {
    for (int i = 0; i < names; i++) {
        if (strcmp(kind.name, name[i]) == 0) return true;
    }
    return names == 0;
}

// What a worker reports to its parent at its end.
struct Report {
    usize kind;
    unsigned rounds;
};

[[noreturn]] void work(usize kind, u64 seed, int reports) {
    random_state = seed * 0x9e37'79b9'7f4a'7c15 + static_cast<u64>(getpid());
    unsigned rounds = 0;
    for (; nanouptime() < deadline; rounds++) kinds()[kind].round();
    const Report r{kind, rounds};
    must(write(reports, &r, sizeof r), "report");
    exit(0);
}

// Runs all workers for that time; returns how many failed.
int run(u64 seconds, u64 seed, int names, char** name, bool tell) {
    unsigned rounds[kMostKinds] = {};
    int ends[2], started = 0, failed = 0;
    deadline = nanouptime() + seconds * kNsPerSecond;
    must(pipe(ends), "pipe");
    for (usize kind = 0; kind < kinds().size(); kind++) {
        if (!wanted(kinds()[kind], names, name)) continue;
        for (int i = 0; i < kinds()[kind].workers; i++, started++) {
            if (fork_patiently() == 0) work(kind, seed + static_cast<u64>(started), ends[1]);
        }
    }
    close(ends[1]);
    for (Report r; read(ends[0], &r, sizeof r) == sizeof r;) rounds[r.kind] += r.rounds;
    close(ends[0]);
    for (int status; started > 0; started--) failed += wait(&status) < 0 || status != 0;
    for (usize i = 0; tell && i < kinds().size(); i++) {
        if (rounds[i]) printf("%-8s %8u rounds\n", kinds()[i].name, rounds[i]);
    }
    return failed;
}

Usage settled() {
    Usage now = usage();
    for (int quiet = 0, rounds = 0; quiet < 5 && rounds < 100; rounds++) {  // orphans end, packets arrive
        const Usage before = now;
        sleep(1);
        now = usage();
        quiet = before == now ? quiet + 1 : 0;
    }
    return now;
}

int compare(const char* what, unsigned long before, unsigned long after) {
    if (after <= before) return 0;
    complain("%s in use: %lu before, %lu after", what, before, after);
    return 1;
}

int leaks(const Usage& a, const Usage& b) {
    return compare("bytes of memory", a.bytes, b.bytes) + compare("processes", a.processes, b.processes) +
           compare("open files", a.files, b.files) + compare("sockets", a.sockets, b.sockets) +
           compare("mbufs", a.mbufs, b.mbufs);
}

}  // namespace

int main(int argc, char** argv) {
    long seconds = 10, seed = 1;
    help_if_asked(argc, argv, kUsage);
    if (argc == 3 && strcmp(argv[1], "-x") == 0) return atoi(argv[2]);  // what `execs` runs
    if (argc > 1 && !parse_number(argv[1], 1, 86400, &seconds)) bad_usage(kUsage);
    if (argc > 2 && !parse_number(argv[2], 0, 1'000'000'000, &seed)) bad_usage(kUsage);
    const int names = argc > 3 ? argc - 3 : 0;

    // In the first, short run the kernel allocates what it then keeps.
    int failed = run(1, static_cast<u64>(seed), names, argv + 3, false);
    const Usage before = settled();
    failed += run(static_cast<u64>(seconds), static_cast<u64>(seed) + 1000, names, argv + 3, true);
    const int leaked = leaks(before, settled());
    if (failed) complain("%d workers failed", failed);
    if (!failed && !leaked) printf("stress: all workers passed, nothing lost\n");
    return failed || leaked;
}
