// Waiting for time to pass: alarms and sleeps.
#include "abi/signal.h"
#include "posix/posix.h"
#include "sys/time.h"
#include "time.h"

using posix::check_int;

namespace {

constexpr long kSecond = 1'000'000'000;

bool is_valid(const timeval& t) { return t.tv_sec >= 0 && t.tv_usec >= 0 && t.tv_usec < 1'000'000; }
constexpr long kMostSeconds = (1l << 62) / kSecond;  // as many as the kernel takes
unsigned long ns_of(const timeval& t) {
    const long seconds = t.tv_sec < kMostSeconds ? t.tv_sec : kMostSeconds - 1;
    return static_cast<unsigned long>(seconds * kSecond + t.tv_usec * 1000);
}
// Rounds up: 0 would mean that there is no alarm.
timeval timeval_of(unsigned long ns) {
    const long us = static_cast<long>((ns + 999) / 1000);
    return {us / 1'000'000, us % 1'000'000};
}

// Sleeps; after EINTR `left` is what remains, otherwise 0.
long sleep_for(long ns, long& left) {
    const long start = raw_nanouptime(), result = raw_nanosleep(ns);
    const long rest = ns - (raw_nanouptime() - start);
    left = result < 0 && rest > 0 ? rest : 0;
    return result;
}

}  // namespace

extern "C" {

int posix_setitimer(int which, const itimerval* value, itimerval* old) {
    if (which != ITIMER_REAL || (value && !(is_valid(value->it_value) && is_valid(value->it_interval))))
        return check_int(-EINVAL);
    alarm_time was{}, wanted{};
    if (value) wanted = {ns_of(value->it_value), ns_of(value->it_interval)};
    const int result = check_int(raw_setitimer(value ? &wanted : nullptr, &was));
    if (result == 0 && old) *old = {timeval_of(was.interval), timeval_of(was.value)};
    return result;
}

int posix_getitimer(int which, itimerval* value) { return posix_setitimer(which, nullptr, value); }

unsigned posix_alarm(unsigned seconds) {
    const itimerval value{{0, 0}, {seconds, 0}};
    itimerval old{};
    posix_setitimer(ITIMER_REAL, &value, &old);
    const bool up = old.it_value.tv_usec >= 500'000 || (old.it_value.tv_sec == 0 && old.it_value.tv_usec > 0);
    return static_cast<unsigned>(old.it_value.tv_sec + up);
}

int nanosleep(const struct timespec* d, struct timespec* left) {
    if (d->tv_sec < 0 || d->tv_nsec < 0 || d->tv_nsec >= kSecond) return check_int(-EINVAL);
    const long seconds = d->tv_sec < kMostSeconds ? d->tv_sec : kMostSeconds - 1;
    long rest = 0;
    const long result = sleep_for(seconds * kSecond + d->tv_nsec, rest);
    if (left && result < 0) *left = {rest / kSecond, rest % kSecond};
    return check_int(result);
}

unsigned posix_sleep(unsigned seconds) {
    long rest = 0;
    sleep_for(seconds * kSecond, rest);
    return static_cast<unsigned>((rest + kSecond - 1) / kSecond);
}
int posix_usleep(unsigned us) { return check_int(raw_nanosleep(us * 1000ul)); }

}  // extern "C"
