// The seeds of the fuzzer (make fuzz TARGET=filter), and what random changes seldom make.
#include <gtest/gtest.h>

#include "tests/fuzz/target.h"

namespace {

using fuzz::bytes_of, fuzz::filter;

TEST(FilterFuzz, SurvivesTheSeeds) {
    for (const std::string& seed : filter.seeds()) filter.run(bytes_of(seed));
}

TEST(FilterFuzz, SurvivesDeepNestingAndLongExpressions) {
    for (const std::string part : {"(", "not ", "-", "!", "ip[", "ip[(", "host (", "ip or ", "1+",
                                   "tcp port 1 or ", "(ip or ", "((1+"}) {
        for (const usize times : {10u, 31u, 32u, 33u, 40u, 100u, 400u, 4000u}) {
            std::string text = "e";
            for (usize i = 0; i < times; i++) text += part;
            filter.run(bytes_of(text));
            filter.run(bytes_of(text + "ip"));
            filter.run(bytes_of(text + "1"));
        }
    }
}

}  // namespace
