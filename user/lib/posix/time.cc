// The time of day from the machine's clock.
#include "time.h"

#include "clock.h"
#include "posix/posix.h"
#include "sys/time.h"

extern "C" {

time_t time(time_t* t) {
    const time_t now = raw_walltime() / 1'000'000'000;
    if (t) *t = now;
    return now;
}

int clock_gettime(clockid_t clock, struct timespec* now) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return posix::check_int(-EINVAL);
    const long ns = clock == CLOCK_REALTIME ? raw_walltime() : static_cast<long>(ns_since_boot());
    *now = {ns / 1'000'000'000, ns % 1'000'000'000};
    return 0;
}

int clock_getres(clockid_t clock, struct timespec* resolution) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return posix::check_int(-EINVAL);
    if (resolution) *resolution = {0, 100};  // the machine's timer counts at 10 MHz
    return 0;
}

double difftime(time_t end, time_t start) { return static_cast<double>(end - start); }

int gettimeofday(struct timeval* now, void*) {
    const long ns = raw_walltime();
    *now = {ns / 1'000'000'000, ns % 1'000'000'000 / 1000};
    return 0;
}

}  // extern "C"
