// The contest: nx6's stack and lwIP in one process, in turn.
//
//   contest NAME              pairs of times: lines "pair NX6 LWIP", ns of CPU time an operation
//   contest NAME nx6|lwip N   does the work N times in measured(), whose instructions callgrind counts
//
// The status is 3 if one of the stacks cannot do the work, and it has said why.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "contest.h"

namespace {

constexpr int kPairs = 5;
constexpr double kLong = 10e6;  // ns that one measurement takes, at least

const struct {
    const char* name;
    Work work;
} kAll[] = {
    {"udp_in_64", {UDP_IN, 64, 1}},
    {"udp_in_1400", {UDP_IN, 1400, 1}},
    {"udp_out_64", {UDP_OUT, 64, 1}},
    {"udp_out_1400", {UDP_OUT, 1400, 1}},
    {"reassembly_4000", {FRAGMENTS, 4000, 1}},
    {"tcp_in_64", {TCP_IN, 64, 1}},
    {"tcp_in_1460", {TCP_IN, 1460, 1}},
    {"tcp_bulk", {TCP_BULK, SEGMENT, 1}},
    {"tcp_ping", {TCP_PING, 1, 1}},
    {"tcp_connect", {TCP_CONNECT, 0, 1}},
    {"udp_in_of_100", {UDP_IN, 64, 100}},
    {"udp_in_of_1000", {UDP_IN, 64, 1000}},
    {"udp_in_of_10000", {UDP_IN, 64, 10000}},
    {"tcp_in_of_100", {TCP_IN, 64, 100}},
    {"tcp_in_of_1000", {TCP_IN, 64, 1000}},
    {"tcp_in_of_10000", {TCP_IN, 64, 10000}},
};

double cpu_time() {
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

double ns_each(const Contestant& c, const Work& w, long n) {
    const double start = cpu_time();
    c.run(&w, n);
    return (cpu_time() - start) / static_cast<double>(n);
}

// How often, so that it takes long enough. Also warms up.
long times_for(const Contestant& c, const Work& w) {
    long n = 16;
    while (ns_each(c, w, n) * static_cast<double>(n) < kLong) n *= 2;
    return n;
}

int compare(const Work& w) {
    if (!nx6_stack.start(&w) || !lwip_stack.start(&w)) return 3;
    const long ours = times_for(nx6_stack, w), theirs = times_for(lwip_stack, w);
    for (int i = 0; i < kPairs; i++) {
        double a = 0;
        if (i % 2) a = ns_each(nx6_stack, w, ours);
        const double b = ns_each(lwip_stack, w, theirs);
        if (i % 2 == 0) a = ns_each(nx6_stack, w, ours);
        std::printf("pair %.2f %.2f\n", a, b);
    }
    return 0;
}

}  // namespace

extern "C" void contest_fail(const char* stack, const char* what) {
    std::fprintf(stderr, "%s: %s\n", stack, what);
    std::exit(1);
}

// callgrind is told to count only in here.
extern "C" __attribute__((noinline)) void measured(const Contestant* c, const Work* w, long n) {
    c->run(w, n);
}

static int count(const Contestant& c, const Work& w, long n) {
    if (!c.start(&w)) return 3;
    c.run(&w, 3 * w.count + 100);  // warms up
    measured(&c, &w, n);
    return 0;
}

int main(int argc, char** argv) {
    for (const auto& one : kAll) {
        if (argc < 2 || std::strcmp(argv[1], one.name) != 0) continue;
        if (argc == 2) return compare(one.work);
        if (argc == 4)
            return count(std::strcmp(argv[2], "nx6") == 0 ? nx6_stack : lwip_stack, one.work,
                         std::atol(argv[3]));
    }
    std::fprintf(stderr, "usage: contest NAME [nx6|lwip N]; the names:");
    for (const auto& one : kAll) std::fprintf(stderr, " %s", one.name);
    std::fputc('\n', stderr);
    return 2;
}
