// Runs the unit tests against each mutant (mutant.h). `mutants FIRST LAST OUT` writes a line for each number:
//
//   NUMBER noticed TEST      this test failed, crashed or did not end
//   NUMBER survived N of M   N tests passed, of the M that execute its place
//   NUMBER unreached         no test executed its place
//
// A first child runs all tests without a mutant, and tells which tests execute which places. Then workers
// fork a child for each mutant, which runs only the tests that execute its place, the quick ones first, until
// one fails.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "lib/types.h"
#include "tests/mutate/mutant.h"

namespace mutate {
unsigned active = 0;
static unsigned char nowhere[1 << 16];  // outside of the tests
unsigned char* reached = nowhere;
}  // namespace mutate

// A mutant may allocate for ever.
extern "C" const char* __asan_default_options() { return "hard_rss_limit_mb=2000:detect_leaks=0"; }

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kMostTime = 5.0;   // seconds for a mutant's tests
constexpr double kQuick = 0.02;     // seconds
constexpr double kLeastTime = 2.0;  // of processor time for a child, and 10 times what its tests take
constexpr usize kNameLength = 160;

template <class T>
T* shared(usize count) {
    void* p = mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) std::abort();
    return static_cast<T*>(p);
}

struct Test {
    std::string name;
    unsigned char* reaches;  // [number]
};
std::vector<Test> tests;
double* seconds;  // [test]

struct Shared {
    std::atomic<unsigned> next;
    std::atomic<unsigned> noticed, survived, unreached;
    char running[8][kNameLength];  // by worker: the test that runs, or failed
};
Shared* shared_state;

std::string full_name(const testing::TestInfo& t) {
    return std::string(t.test_suite_name()) + "." + t.name();
}

void list_tests(unsigned mutants) {
    const testing::UnitTest& all = *testing::UnitTest::GetInstance();
    for (int s = 0; s < all.total_test_suite_count(); s++) {
        const testing::TestSuite& suite = *all.GetTestSuite(s);
        for (int i = 0; i < suite.total_test_count(); i++)
            tests.push_back({full_name(*suite.GetTestInfo(i)), shared<unsigned char>(mutants)});
    }
    seconds = shared<double>(tests.size());
}

// Notes for each test what it executes, and how long it takes.
class Reach : public testing::EmptyTestEventListener {
    void OnTestStart(const testing::TestInfo& info) override {
        while (tests[at_].name != full_name(info)) at_++;
        mutate::reached = tests[at_].reaches;
        start_ = Clock::now();
    }
    void OnTestEnd(const testing::TestInfo& info) override {
        seconds[at_] = std::chrono::duration<double>(Clock::now() - start_).count();
        mutate::reached = mutate::nowhere;
        if (info.result()->Failed())
            std::fprintf(stderr, "%s fails without a mutant\n", full_name(info).c_str());
    }
    usize at_ = 0;
    Clock::time_point start_;
};

// Keeps the name of the test that runs where the parent can read it.
class Names : public testing::EmptyTestEventListener {
  public:
    explicit Names(char* name) : name_(name) {}

  private:
    void OnTestStart(const testing::TestInfo& info) override {
        std::snprintf(name_, kNameLength, "%s", full_name(info).c_str());
    }
    char* name_;
};

void quiet() {
    if (!std::freopen("/dev/null", "w", stdout) || !std::freopen("/dev/null", "w", stderr)) std::abort();
}

int run_tests(testing::TestEventListener* listener) {
    testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(listener);
    return RUN_ALL_TESTS();
}

bool ended_well(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void limit_time(double expected) {
    const auto limit = static_cast<time_t>(kLeastTime + 10 * expected);
    const itimerval of_processor{{}, {limit, 0}};
    setitimer(ITIMER_PROF, &of_processor, nullptr);
    alarm(static_cast<unsigned>(10 * limit));
}

// True: these tests pass.
bool passes(unsigned mutant, const std::string& names, double expected, char* running) {
    if (names.empty()) return true;
    const pid_t child = fork();
    if (child == 0) {
        quiet();
        limit_time(expected);
        mutate::active = mutant;
        GTEST_FLAG_SET(filter, names);
        GTEST_FLAG_SET(fail_fast, true);
        _exit(run_tests(new Names(running)));
    }
    return ended_well(child);
}

// The tests that execute its place, the quickest first.
std::vector<usize> tests_of(unsigned mutant) {
    std::vector<usize> its;
    for (usize i = 0; i < tests.size(); i++)
        if (tests[i].reaches[mutant]) its.push_back(i);
    std::sort(its.begin(), its.end(), [](usize a, usize b) { return seconds[a] < seconds[b]; });
    return its;
}

void judge(unsigned mutant, char* running, std::FILE* out) {
    const std::vector<usize> its = tests_of(mutant);
    std::string names[2];  // quick and slow ones
    double expected[2]{};
    usize count = 0;
    for (; count < its.size() && expected[0] + expected[1] < kMostTime; count++) {
        const Test& test = tests[its[count]];
        const int slow = seconds[its[count]] > kQuick;
        names[slow] += (names[slow].empty() ? "" : ":") + test.name;
        expected[slow] += seconds[its[count]];
    }
    if (its.empty()) {
        shared_state->unreached++;
        std::fprintf(out, "%u unreached\n", mutant);
    } else if (passes(mutant, names[0], expected[0], running) &&
               passes(mutant, names[1], expected[1], running)) {
        shared_state->survived++;
        std::fprintf(out, "%u survived %zu of %zu\n", mutant, count, its.size());
    } else {
        shared_state->noticed++;
        std::fprintf(out, "%u noticed %s\n", mutant, running);
    }
    std::fflush(out);
}

[[noreturn]] void work(unsigned worker, unsigned last, const std::string& path) {
    std::FILE* out = std::fopen((path + "." + std::to_string(worker)).c_str(), "w");
    if (!out) _exit(1);
    for (;;) {
        const unsigned mutant = shared_state->next++;
        if (mutant > last) _exit(0);
        judge(mutant, shared_state->running[worker], out);
    }
}

void show_progress(unsigned first, unsigned last) {
    const unsigned n = shared_state->noticed, s = shared_state->survived, u = shared_state->unreached;
    std::fprintf(stderr, "\r%u of %u mutants: %u noticed, %u survived, %u not reached ", n + s + u,
                 last - first + 1, n, s, u);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (argc != 4) {
        std::fprintf(stderr, "usage: mutants FIRST LAST OUT      `make mutate` calls it\n");
        return 2;
    }
    const auto first = static_cast<unsigned>(std::atoi(argv[1])),
               last = static_cast<unsigned>(std::atoi(argv[2]));
    list_tests(last + 1);
    shared_state = shared<Shared>(1);
    std::fprintf(stderr, "running all tests once, to see what each executes\n");
    const pid_t child = fork();
    if (child == 0) {
        GTEST_FLAG_SET(filter,
                       "-*DeathTest.*");  // they run the program again; none is about the network core
        _exit(run_tests(new Reach));
    }
    if (!ended_well(child)) {
        std::fprintf(stderr, "the tests must pass without a mutant: try `make unit`\n");
        return 1;
    }
    shared_state->next = first;
    const auto workers = static_cast<unsigned>(std::min(8L, sysconf(_SC_NPROCESSORS_ONLN)));
    for (unsigned w = 0; w < workers; w++)
        if (fork() == 0) work(w, last, argv[3]);
    for (unsigned alive = workers; alive > 0;) {
        while (alive > 0 && waitpid(-1, nullptr, WNOHANG) > 0) alive--;
        show_progress(first, last);
        sleep(1);
    }
    std::fprintf(stderr, "\n");
}
