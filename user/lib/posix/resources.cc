// The processor time of a process, and its limits.
#include "posix/posix.h"
#include "sys/resource.h"
#include "sys/times.h"

extern "C" {

clock_t clock() {
    static struct procinfo processes[NPROC];
    const int n = procinfo(processes, NPROC), self = getpid();
    for (int i = 0; i < n; i++) {
        if (processes[i].pid == self) return static_cast<clock_t>(processes[i].cpu_us);
    }
    return -1;
}

clock_t times(tms* t) {
    *t = {clock() / 10'000, 0, 0, 0};
    return raw_nanouptime() / 10'000'000;
}

int getrusage(int who, rusage* usage) {
    if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN) return posix::check_int(-EINVAL);
    *usage = {};
    if (who == RUSAGE_SELF) {
        const clock_t us = clock();
        usage->ru_utime = {us / 1'000'000, us % 1'000'000};
    }
    return 0;
}

int getrlimit(int resource, rlimit* limit) {
    if (resource < RLIMIT_CPU || resource > RLIMIT_AS) return posix::check_int(-EINVAL);
    const rlim_t most = resource == RLIMIT_NOFILE ? NOFILE : resource == RLIMIT_CORE ? 0 : RLIM_INFINITY;
    *limit = {most, most};
    return 0;
}

int setrlimit(int resource, const rlimit* wanted) {
    rlimit limit;
    if (getrlimit(resource, &limit) < 0) return -1;
    return posix::check_int(wanted->rlim_cur >= limit.rlim_cur ? 0 : -EPERM);
}

}  // extern "C"
