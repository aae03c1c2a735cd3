// The seeds of the fuzzer (make fuzz TARGET=vsockd).
#include <gtest/gtest.h>

#include "tests/fuzz/target.h"

namespace {

using fuzz::bytes_of, fuzz::vsockd;

TEST(VsockdFuzz, SurvivesEachSeed) {
    for (const std::string& seed : vsockd.seeds()) vsockd.run(bytes_of(seed));
}

}  // namespace
