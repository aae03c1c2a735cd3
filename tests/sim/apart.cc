#include "apart.h"

#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "time_limit.h"

namespace sim {

void limit_run_time() {
    constexpr unsigned kSeconds = 30;  // a run takes milliseconds
    fake::limit_time(kSeconds);
}

std::string describe_end(int status) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
    if (WIFEXITED(status)) return "the run ends with status " + std::to_string(WEXITSTATUS(status));
    if (fake::reached_limit(status)) return "the run does not end";
    return std::string("the run crashes: ") + strsignal(WTERMSIG(status));
}

static void discard_output() {
    for (std::FILE* f : {stdout, stderr}) {
        if (!std::freopen("/dev/null", "w", f)) _exit(1);
    }
}

[[noreturn]] static void run_child(const Scenario& scenario, bool quiet, int to) {
    if (quiet) discard_output();
    limit_run_time();
    const Verdict v = run(scenario);
    const bool written = write(to, v.why.data(), v.why.size()) == static_cast<ssize_t>(v.why.size());
    _exit(written ? 0 : 1);
}

std::string fails_apart(const Scenario& scenario, bool quiet) {
    int ends[2];
    if (pipe(ends) != 0) return "no pipe";
    const pid_t child = fork();
    if (child == 0) run_child(scenario, quiet, ends[1]);
    close(ends[1]);
    std::string why;
    char text[512];
    for (ssize_t n; (n = read(ends[0], text, sizeof text)) > 0;) why.append(text, static_cast<usize>(n));
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    const std::string end = describe_end(status);
    return end.empty() ? why : end;
}

}  // namespace sim
