// `make sim`: runs seeds; shrinks and explains the first that fails.
#include <getopt.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "apart.h"
#include "explain.h"
#include "many.h"
#include "shrink.h"

namespace {

const char* const kHelp =
    R"(usage: sim [--seeds N] [--first N] [--jobs N] [--brief] [--out FOLDER]
       sim --seed N [--only INDEX,...] [--fail-allocation N] [--out FOLDER]

Simulates networks of hosts with one of our stacks each, on virtual time; each seed is another scenario.
  --seeds N    run N seeds (default 10000)
  --first N    the first of them (default 1)
  --jobs N     processes (default: one for each core)
  --brief      only name the first seed that fails, and why
  --seed N     run one seed, shrink it if it fails, print its scenario, and write its trace and its capture
  --only I,... only these elements of the seed's scenario
  --fail-allocation N
               allocation N of all stacks fails, as in `make alloc-failure`; without vsock and channels
  --out FOLDER for traces and captures (default build/sim)
The exit status is 1 if a check fails.
)";

struct Options {
    u64 seeds = 10'000, first = 1;
    unsigned jobs = static_cast<unsigned>(sysconf(_SC_NPROCESSORS_ONLN));
    bool brief = false, one = false;
    u64 seed = 0, failing_allocation = 0;
    std::vector<usize> only;
    std::string out = "build/sim";
};

[[noreturn]] void refuse(const char* what) {
    std::fprintf(stderr, "sim: %s: try --help\n", what);
    std::exit(2);
}

u64 number(const char* text) {
    char* end = nullptr;
    const u64 n = std::strtoull(text, &end, 10);
    if (end == text || *end) refuse("a number is needed");
    return n;
}

std::vector<usize> numbers(const std::string& text) {
    std::vector<usize> list;
    for (usize from = 0; from < text.size();) {
        const usize comma = std::min(text.find(',', from), text.size());
        list.push_back(number(text.substr(from, comma - from).c_str()));
        from = comma + 1;
    }
    return list;
}

Options parse(int argc, char** argv) {
    static const option kOptions[] = {
        {"seeds", 1, nullptr, 'n'}, {"first", 1, nullptr, 'f'}, {"jobs", 1, nullptr, 'j'},
        {"brief", 0, nullptr, 'b'}, {"seed", 1, nullptr, 's'},  {"only", 1, nullptr, 'e'},
        {"out", 1, nullptr, 'o'},   {"help", 0, nullptr, 'h'},  {"fail-allocation", 1, nullptr, 'a'},
        {nullptr, 0, nullptr, 0}};
    Options o;
    for (int c; (c = getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
        switch (c) {
            case 'n': o.seeds = number(optarg); break;
            case 'f': o.first = number(optarg); break;
            case 'j': o.jobs = static_cast<unsigned>(number(optarg)); break;
            case 'b': o.brief = true; break;
            case 's': o.one = true, o.seed = number(optarg); break;
            case 'e': o.only = numbers(optarg); break;
            case 'a': o.failing_allocation = number(optarg); break;
            case 'o': o.out = optarg; break;
            case 'h': std::fputs(kHelp, stdout); std::exit(0);
            default: std::exit(2);
        }
    }
    if (optind < argc) refuse("too many arguments");
    if (o.seeds == 0 || o.jobs == 0) refuse("--seeds and --jobs must be at least 1");
    return o;
}

int run_one(const Options& o) {
    const sim::Scenario whole = sim::generate(o.seed);
    sim::Scenario s = o.only.empty() ? whole : sim::only(whole, o.only);
    if (const u64 n = o.failing_allocation) {
        s = sim::on_cards_only(s);
        s.elements.push_back({sim::Kind::NoMem, 0, 0, 0, {}, {}, n});
    }
    sim::print_scenario(s);
    const std::string why = sim::fails_apart(s, false);
    std::printf("Seed %lu: %s\n", o.seed, why.empty() ? "no check fails" : why.c_str());
    std::fflush(stdout);
    sim::explain(s, o.out + "/seed-" + std::to_string(o.seed));
    return why.empty() ? 0 : 1;
}

int shrink_and_explain(const Options& o, u64 seed) {
    const sim::Scenario whole = sim::generate(seed);
    const auto kept =
        sim::shrink(whole, [](const sim::Scenario& s) { return !sim::fails_apart(s, true).empty(); });
    std::string list;
    for (usize i : kept) list += (list.empty() ? "" : ",") + std::to_string(i);
    std::printf("Of its %zu elements, %zu are enough. Again: build/host/sim --seed %lu --only %s\n",
                whole.elements.size(), kept.size(), seed, list.c_str());
    Options one = o;
    one.seed = seed;
    one.only = kept;
    run_one(one);
    return 1;
}

// A seed that fails is shrunk, unless it already is. With fewer elements, another allocation would fail.
int run_seed(const Options& o) {
    const bool as_it_is = !o.only.empty() || o.failing_allocation;
    if (as_it_is || sim::fails_apart(sim::generate(o.seed), true).empty()) return run_one(o);
    return shrink_and_explain(o, o.seed);
}

void print_totals(const sim::Totals& t) {
#define SIM_TOTAL(name, meaning) std::printf("%12lu %s\n", t.name, meaning);
    SIM_TOTALS(SIM_TOTAL)
#undef SIM_TOTAL
}

}  // namespace

int main(int argc, char** argv) {
    const Options o = parse(argc, argv);
    mkdir(o.out.c_str(), 0777);
    if (o.one) return run_seed(o);
    sim::Totals totals;
    const auto failure = sim::run_many({o.first, o.seeds, o.jobs, !o.brief}, totals);
    if (failure) std::printf("Seed %lu: %s\n", failure->seed, failure->why.c_str());
    std::fflush(stdout);
    if (failure) return o.brief ? 1 : shrink_and_explain(o, failure->seed);
    if (!o.brief) print_totals(totals);
    std::printf("%lu seeds: no check fails\n", o.seeds);
    return 0;
}
