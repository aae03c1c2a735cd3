// Runs the unit tests against each mutant (mutant.h). `mutants COUNT OUT` writes a line for each number:
//
//   NUMBER noticed TEST      this test failed, crashed or did not end
//   NUMBER survived N of M   N tests passed, of the M that execute its place
//   NUMBER unreached         no test executed its place
//
// A first child runs all tests without a mutant, and tells which tests execute which places. Then workers
// fork a child for each mutant, which runs only the tests that execute its place, until one fails: those
// first that execute most of the places nearby, because they are about this code; then the quickest.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <numeric>
#include <string>
#include <vector>

#include "lib/types.h"
#include "tests/fake/time_limit.h"
#include "tests/mutate/mutant.h"

namespace mutate {
unsigned active = 0;
static unsigned char nowhere[1 << 16];  // outside of the tests
unsigned char* reached = nowhere;
}  // namespace mutate

// A mutant may allocate for ever. A child lives shortly, and nobody reads its report.
extern "C" const char* __asan_default_options() {
    return "hard_rss_limit_mb=2000:detect_leaks=0:quarantine_size_mb=16:malloc_context_size=0";
}

namespace {

// Seconds for three groups of tests: those that are most about a mutant's place, those that are so too, and
// the quickest of the others.
constexpr double kTime[] = {0.1, 1.5, 1.5};
constexpr double kSlow = 0.5;       // too slow for the first two
constexpr double kLeastTime = 1.0;  // of processor time for a test, and 10 times what it takes
constexpr unsigned kNear = 40;      // places before and after this one
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
unsigned last_mutant;

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

// Seconds of this process's processor time.
double time_used() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// Notes for each test what it executes, and how long it takes.
class Reach : public testing::EmptyTestEventListener {
    void OnTestStart(const testing::TestInfo& info) override {
        while (tests[at_].name != full_name(info)) at_++;
        mutate::reached = tests[at_].reaches;
        start_ = time_used();
    }
    void OnTestEnd(const testing::TestInfo& info) override {
        seconds[at_] = time_used() - start_;
        mutate::reached = mutate::nowhere;
        if (info.result()->Failed())
            std::fprintf(stderr, "%s fails without a mutant\n", full_name(info).c_str());
    }
    usize at_ = 0;
    double start_ = 0;
};

// Limits the time of each test, and keeps its name where the parent can read it.
class Limits : public testing::EmptyTestEventListener {
  public:
    explicit Limits(char* name) : name_(name) {}

  private:
    void OnTestStart(const testing::TestInfo& info) override {
        std::snprintf(name_, kNameLength, "%s", full_name(info).c_str());
        while (tests[at_].name != name_) at_++;
        fake::limit_time(kLeastTime + 10 * seconds[at_]);
    }
    char* name_;
    usize at_ = 0;
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

// The tests that execute its place, and how many places nearby each executes.
std::vector<std::pair<unsigned, usize>> tests_of(unsigned mutant) {
    const unsigned from = mutant > kNear ? mutant - kNear : 1, to = std::min(mutant + kNear, last_mutant);
    std::vector<std::pair<unsigned, usize>> its;
    for (usize i = 0; i < tests.size(); i++) {
        const unsigned char* reaches = tests[i].reaches;
        if (reaches[mutant]) its.push_back({std::accumulate(reaches + from, reaches + to + 1, 0u), i});
    }
    return its;
}

// Some tests, as a filter of GoogleTest.
struct Some {
    std::string names;
    double expected = 0;  // seconds
    usize count = 0;
    void add(usize test) {
        names += (names.empty() ? "" : ":") + tests[test].name;
        expected += seconds[test];
        count++;
    }
};

// True: these tests pass.
bool passes(unsigned mutant, const Some& some, char* running) {
    if (some.count == 0) return true;
    const pid_t child = fork();
    if (child == 0) {
        quiet();
        mutate::active = mutant;
        GTEST_FLAG_SET(filter, some.names);
        GTEST_FLAG_SET(fail_fast, true);
        _exit(run_tests(new Limits(running)));
    }
    return ended_well(child);
}

// The groups of the tests that execute its place, and how many tests do.
std::array<Some, 3> choose(unsigned mutant, usize& all) {
    auto its = tests_of(mutant);
    all = its.size();
    std::sort(its.begin(), its.end(), [](auto a, auto b) {
        return a.first != b.first ? a.first > b.first : seconds[a.second] < seconds[b.second];
    });
    std::array<Some, 3> groups;
    std::vector<usize> rest;
    for (const auto& [places, test] : its) {
        const usize group = groups[0].expected < kTime[0] ? 0 : 1;
        if (seconds[test] < kSlow && groups[group].expected < kTime[group])
            groups[group].add(test);
        else
            rest.push_back(test);
    }
    std::sort(rest.begin(), rest.end(), [](usize a, usize b) { return seconds[a] < seconds[b]; });
    for (usize i = 0; i < rest.size() && groups[2].expected < kTime[2]; i++) groups[2].add(rest[i]);
    return groups;
}

void judge(unsigned mutant, char* running, std::FILE* out) {
    usize all = 0, run = 0;
    bool survives = true;
    for (const Some& some : choose(mutant, all)) {
        survives = survives && passes(mutant, some, running);
        run += some.count;
    }
    if (all == 0) {
        shared_state->unreached++;
        std::fprintf(out, "%u unreached\n", mutant);
    } else if (survives) {
        shared_state->survived++;
        std::fprintf(out, "%u survived %zu of %zu\n", mutant, run, all);
    } else {
        shared_state->noticed++;
        std::fprintf(out, "%u noticed %s\n", mutant, running);
    }
    std::fflush(out);
}

[[noreturn]] void work(unsigned worker, const std::string& path) {
    std::FILE* out = std::fopen((path + "." + std::to_string(worker)).c_str(), "w");
    if (!out) _exit(1);
    for (;;) {
        const unsigned mutant = shared_state->next++;
        if (mutant > last_mutant) _exit(0);
        judge(mutant, shared_state->running[worker], out);
    }
}

void show_progress() {
    const unsigned n = shared_state->noticed, s = shared_state->survived, u = shared_state->unreached;
    std::fprintf(stderr, "\r%u of %u mutants: %u noticed, %u survived, %u not reached ", n + s + u,
                 last_mutant, n, s, u);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (argc != 3) {
        std::fprintf(stderr, "usage: mutants COUNT OUT      `make mutate` calls it\n");
        return 2;
    }
    last_mutant = static_cast<unsigned>(std::atoi(argv[1]));
    list_tests(last_mutant + 1);
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
    shared_state->next = 1;
    const auto workers = static_cast<unsigned>(std::min(8L, sysconf(_SC_NPROCESSORS_ONLN)));
    for (unsigned w = 0; w < workers; w++)
        if (fork() == 0) work(w, argv[2]);
    for (unsigned alive = workers; alive > 0;) {
        while (alive > 0 && waitpid(-1, nullptr, WNOHANG) > 0) alive--;
        show_progress();
        sleep(1);
    }
    std::fprintf(stderr, "\n");
}
