#include "allocation_failure.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <thread>

#include "time_limit.h"
#include "world.h"

namespace fake {
namespace {

constexpr long kNone = 1L << 40;
// Of a test that makes more allocations than this, or whose runs would take longer, as many failures are
// spread evenly over all of them.
constexpr long kMostOfOne = 300;
constexpr double kMostSeconds = 10;  // of processor time
constexpr unsigned kLongest = 60;    // seconds for one test
constexpr usize kNews = 5000;        // runs after which one sees how far it is

constexpr const char* kCount = "allocations: ";

enum Exit { kGood, kLeftBehind = 10 };

bool in_body = false, judging = false, left_behind = false;
const std::thread::id tests_thread = std::this_thread::get_id();
long not_reached = 0;  // World::fail_at when the test was over

class Judge : public testing::EmptyTestEventListener {
    void OnTestPartResult(const testing::TestPartResult& result) override {
        if (!result.failed()) return;
        if (judging) {
            left_behind = true;
            std::printf("%s:%d: %s\n", result.file_name(), result.line_number(), result.summary());
        } else if (result.file_name()) {
            // gtest ends the body, and destroys the fixture. Where it cannot, the test ends without a
            // judgement.
            if (!in_body || std::this_thread::get_id() != tests_thread) _exit(kGood);
            throw testing::AssertionException(result);
        }
    }
};

// One test, in a process of its own, in which the n-th allocation fails.
struct Run {
    std::string test;
    long n;
    std::FILE* output = nullptr;
};

class Runs {
  public:
    explicit Runs(unsigned at_once) : at_once_(at_once) {}

    void start(Run run) {
        while (running_.size() >= at_once_) finish_one();
        run.output = std::tmpfile();
        std::fflush(nullptr);
        const pid_t child = fork();
        if (child == 0) run_in_child(run);
        running_[child] = run;
    }
    void finish() {
        while (!running_.empty()) finish_one();
    }

    unsigned failed = 0, done = 0;
    struct Cost {
        long allocations;
        double seconds;
    };
    std::map<std::string, Cost> counted;  // the tests that make allocations and whose fixture judges them

  private:
    [[noreturn]] void run_in_child(const Run& run) {
        dup2(fileno(run.output), STDOUT_FILENO);
        dup2(fileno(run.output), STDERR_FILENO);
        limit_time(kLongest);
        testing::GTEST_FLAG(filter) = run.test;
        world().fail_at = run.n;
        (void)!RUN_ALL_TESTS();
        if (run.n == kNone && judging) std::printf("%s%ld\n", kCount, kNone - not_reached);
        std::fflush(nullptr);
        _exit(left_behind ? kLeftBehind : kGood);
    }

    void finish_one() {
        int status = 0;
        rusage used{};
        const pid_t child = wait4(-1, &status, 0, &used);
        const auto found = running_.find(child);
        if (found == running_.end()) return;
        const Run run = found->second;
        running_.erase(found);
        done++;
        const std::string text = text_of(run.output);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != kGood) complain(run, status, text);
        const usize at = text.rfind(kCount);
        if (at == std::string::npos) return;
        counted[run.test] = {std::atol(text.c_str() + at + std::strlen(kCount)),
                             seconds_of(used.ru_utime) + seconds_of(used.ru_stime)};
    }
    static double seconds_of(const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    }
    static std::string text_of(std::FILE* file) {
        std::rewind(file);
        std::string text;
        for (int c; (c = std::fgetc(file)) != EOF;) text += static_cast<char>(c);
        std::fclose(file);
        return text;
    }
    void complain(const Run& run, int status, const std::string& text) {
        failed++;
        const char* what = reached_limit(status) ? "hangs"
                           : WIFEXITED(status) && WEXITSTATUS(status) == kLeftBehind
                               ? "leaves something behind"
                               : "crashes";
        std::printf("%s %s when allocation %ld fails:\n%.3000s\n", run.test.c_str(), what, run.n,
                    text.c_str());
    }

    const unsigned at_once_;
    std::map<pid_t, Run> running_;
};

std::vector<std::string> tests_with(const std::vector<std::string>& words) {
    std::vector<std::string> all;
    const testing::UnitTest& unit = *testing::UnitTest::GetInstance();
    for (int s = 0; s < unit.total_test_suite_count(); s++) {
        const testing::TestSuite& suite = *unit.GetTestSuite(s);
        if (std::strstr(suite.name(), "DeathTest")) continue;  // gtest starts the program anew for them
        if (std::strstr(suite.name(), "Threads")) continue;    // an error in a thread cannot end the body
        for (int t = 0; t < suite.total_test_count(); t++) {
            const testing::TestInfo& test = *suite.GetTestInfo(t);
            const std::string name = std::string(suite.name()) + "." + test.name();
            const auto has = [&name](const std::string& word) {
                return name.find(word) != std::string::npos;
            };
            if (words.empty() || std::any_of(words.begin(), words.end(), has)) all.push_back(name);
        }
    }
    return all;
}

// Every so many of the runs in which an allocation of a test fails.
std::vector<Run> one_of(unsigned every, const std::map<std::string, Runs::Cost>& counted) {
    std::vector<Run> chosen;
    unsigned long number = 0;
    for (const auto& [test, cost] : counted) {
        const long n = cost.allocations;
        const auto most = std::clamp(static_cast<long>(kMostSeconds / cost.seconds), 1L, kMostOfOne);
        const long step = n > most ? n / most : 1;
        for (long at = 1; at <= n; at += step) {
            if (number++ % every == 0) chosen.push_back({test, at});
        }
    }
    return chosen;
}

}  // namespace

void begin_body() { in_body = true; }

void judge_what_is_left() {
    if (!judging) not_reached = world().fail_at;
    world().fail_at = 0;
    judging = true;
}

int fail_allocations(unsigned every, const std::vector<std::string>& words) {
    world().loses = true;
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new Judge);
    Runs runs(static_cast<unsigned>(sysconf(_SC_NPROCESSORS_ONLN)));
    for (const std::string& test : tests_with(words)) runs.start({test, kNone});
    runs.finish();
    const std::vector<Run> all = one_of(every, runs.counted);
    for (usize i = 0; i < all.size(); i++) {
        if (i > 0 && i % kNews == 0) std::printf("%zu of %zu runs\n", i, all.size());
        runs.start(all[i]);
    }
    runs.finish();
    if (runs.counted.empty()) {
        std::printf("no test with such a name makes an allocation that can fail\n");
        return 1;
    }
    std::printf("%u runs of %zu tests, %u failed\n", runs.done, runs.counted.size(), runs.failed);
    return runs.failed ? 1 : 0;
}

}  // namespace fake
