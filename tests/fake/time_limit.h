// A limit for a child process that may never end. It is of processor time, because a busy machine runs a
// child slowly; a child that sleeps is ended by the clock.
#pragma once

#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>

namespace fake {

// Ends this process by a signal after so many seconds. Each call replaces the limit of the last one.
inline void limit_time(double seconds) {
    const double whole = std::floor(seconds);
    const auto rest = static_cast<suseconds_t>(1e6 * (seconds - whole));
    const itimerval of_processor{{}, {static_cast<time_t>(whole), rest}};
    setitimer(ITIMER_PROF, &of_processor, nullptr);
    alarm(static_cast<unsigned>(std::ceil(10 * seconds)));
}

// Is this the status of a process that reached its limit?
inline bool reached_limit(int status) {
    return WIFSIGNALED(status) && (WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGALRM);
}

}  // namespace fake
