// ps: lists the processes.
#include "user.h"

namespace {

const char kUsage[] =
    "ps      lists the processes: pid, parent, state, hart, memory, CPU time, name, what it waits for\n"
    "  -a, -e, -f, -x and aux are accepted: it always lists all of them";
struct procinfo processes[NPROC];

const char* state_name(int state) {
    switch (state) {
        case PROC_SLEEPING: return "sleeping";
        case PROC_RUNNABLE: return "runnable";
        case PROC_RUNNING: return "running";
        case PROC_ZOMBIE: return "zombie";
    }
    return "?";
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    for (int letter; (letter = getopt(argc, argv, "aAefux")) != -1;) {
        if (letter == '?') bad_usage(kUsage);
    }
    if (optind < argc && strcmp(argv[optind], "aux") != 0) bad_usage(kUsage);
    const int n = procinfo(processes, NPROC);
    if (n < 0) die("cannot ask the kernel: %s", strerror(n));
    printf("  PID   PPID STATE    HART     KiB   CPU ms NAME             WAITING FOR\n");
    for (int i = 0; i < n; i++) {
        const auto& p = processes[i];
        printf("%5d %6d %-8s %4d %7lu %8lu %-16.16s %.16s\n", p.pid, p.parent, state_name(p.state), p.hart,
               p.bytes / 1024, p.cpu_us / 1000, p.name, p.state == PROC_SLEEPING ? p.waiting_for : "");
    }
    return 0;
}
