/* top: how busy the harts and the processes are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/param.h"
#include "manners.h"
#include "nx6.h"

static const char usage[] =
    "top [-b] [-d SECONDS] [-n COUNT]      prints how busy the harts and the processes are, every SECONDS "
    "(1), until Ctrl-C\n"
    "  -b   one below the other; else each on a cleared screen\n"
    "  -n   ends after COUNT times";

/* What the kernel has counted since boot. */
struct look {
    struct cpuinfo harts;
    unsigned long ns;
    int count;
    struct procinfo processes[NPROC];
};
static struct look looks[2];

static void look(struct look* l) {
    l->ns = nanouptime();
    const int failed = cpuinfo(&l->harts);
    l->count = failed < 0 ? failed : procinfo(l->processes, NPROC);
    if (l->count < 0) die("cannot ask the kernel: %s", strerror(l->count));
}

static double percent(unsigned long part, unsigned long whole) {
    return whole == 0 || part > whole ? 100.0 : 100.0 * (double)part / (double)whole;
}

/* A hart polls for packets while it is idle, instead of waiting for an interrupt. */
static void print_harts(const struct cpuinfo* before, const struct cpuinfo* now) {
    const unsigned long cycles = now->now - before->now;
    printf("hart   work %% polling %% waiting %%\n");
    for (unsigned i = 0; i < now->harts; i++) {
        const double idle = percent(now->idle[i] - before->idle[i], cycles);
        const double polling = percent(now->polling[i] - before->polling[i], cycles);
        const double waiting = idle > polling ? idle - polling : 0;
        printf("%4u %8.1f %9.1f %9.1f\n", i, 100 - idle, polling, waiting);
    }
}

/* The time in microseconds that a process ran before, if it is the same process. */
static unsigned long earlier_time(const struct look* before, const struct procinfo* p) {
    for (int i = 0; i < before->count; i++)
        if (before->processes[i].pid == p->pid) return before->processes[i].cpu_us;
    return 0;
}

static const struct look* previous;

static unsigned long ran(const struct procinfo* p) { return p->cpu_us - earlier_time(previous, p); }

static int busiest_first(const void* a, const void* b) {
    const unsigned long x = ran((const struct procinfo*)a), y = ran((const struct procinfo*)b);
    return x < y ? 1 : x > y ? -1 : 0;
}

static void print_processes(const struct look* before, const struct look* now) {
    static struct procinfo sorted[NPROC];
    const unsigned long us = (now->ns - before->ns) / 1000;
    previous = before;
    memcpy(sorted, now->processes, sizeof sorted);
    qsort(sorted, (size_t)now->count, sizeof *sorted, busiest_first);
    printf("\n  PID HART  CPU %%   CPU ms NAME             WAITING FOR\n");
    for (int i = 0; i < now->count; i++) {
        const struct procinfo* p = &sorted[i];
        printf("%5d %4d %6.1f %8lu %-16.16s %.16s\n", p->pid, p->hart, percent(ran(p), us), p->cpu_us / 1000,
               p->name, p->state == PROC_SLEEPING ? p->waiting_for : "");
    }
}

int main(int argc, char** argv) {
    long seconds = 1, times = -1;
    int batch = !isatty(1);
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "bd:n:")) != -1;) {
        if (letter == 'b')
            batch = 1;
        else if (letter == '?' || !parse_number(optarg, 1, 1000000, letter == 'd' ? &seconds : &times))
            bad_usage(usage);
    }
    if (optind != argc) bad_usage(usage);
    look(&looks[0]);
    for (long i = 0; times < 0 || i < times; i++) {
        const struct look* before = &looks[i % 2];
        struct look* now = &looks[(i + 1) % 2];
        sleep((unsigned)seconds);
        look(now);
        if (!batch) printf("\033[H\033[2J");
        print_harts(&before->harts, &now->harts);
        print_processes(before, now);
        fflush(stdout);
    }
    return 0;
}
