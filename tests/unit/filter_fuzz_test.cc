// A short run of the fuzzer in `make test`: its seeds, and random changes of them that are the same in each
// run.
#include "tests/fuzz/filter/filter_fuzz.h"

#include <gtest/gtest.h>

#include <random>

namespace {

Bytes bytes_of(const std::string& s) { return {reinterpret_cast<const u8*>(s.data()), s.size()}; }

// Words and signs of the language, which random bytes seldom hit.
const char* const kWords[] = {" and ",   " or ",        "not ",       "(",     ")",       "[",     "]",
                              ":",       "tcp",         "ip6",        "vlan ", "port ",   "host ", "net ",
                              "1.2.3.4", "/",           "-",          "<<",    "&",       "= ",    "len",
                              "0x",      "99999999999", "portrange ", "\\",    "52:54:00"};

std::string changed(std::string input, std::mt19937& random) {
    for (u32 n = 1 + random() % 4; n > 0 && input.size() > 1; n--) {
        const usize at = 1 + random() % (input.size() - 1);
        switch (random() % 5) {
            case 0: input[at] = static_cast<char>(random()); break;
            case 1: input.erase(at, random() % 9); break;
            case 2: input.insert(at, input.substr(1 + random() % (input.size() - 1), random() % 20)); break;
            case 3: input.insert(at, kWords[random() % std::size(kWords)]); break;
            default: input[at] = static_cast<char>(input[at] ^ 1 << random() % 8);
        }
    }
    return input;
}

TEST(FilterFuzz, SurvivesTheSeeds) {
    for (const std::string& seed : fuzz::seeds()) fuzz::run_filter(bytes_of(seed));
}

TEST(FilterFuzz, SurvivesRandomChangesOfTheSeeds) {
    std::mt19937 random(1);
    const auto seeds = fuzz::seeds();
    for (int i = 0; i < 15'000; i++)
        fuzz::run_filter(bytes_of(changed(seeds[random() % seeds.size()], random)));
}

TEST(FilterFuzz, SurvivesDeepNestingAndLongExpressions) {
    for (const std::string part : {"(", "not ", "-", "!", "ip[", "ip[(", "host (", "ip or ", "1+",
                                   "tcp port 1 or ", "(ip or ", "((1+"}) {
        for (const usize times : {10u, 31u, 32u, 33u, 40u, 100u, 400u, 4000u}) {
            std::string text = "e";
            for (usize i = 0; i < times; i++) text += part;
            fuzz::run_filter(bytes_of(text));
            fuzz::run_filter(bytes_of(text + "ip"));
            fuzz::run_filter(bytes_of(text + "1"));
        }
    }
}

}  // namespace
