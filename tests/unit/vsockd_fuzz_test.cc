// A short run of the fuzzer in `make test`: its seeds, and random changes of them that are the same in each
// run.
#include <gtest/gtest.h>

#include <random>

#include "tests/fuzz/vsockd/guest_fuzz.h"

namespace {

Bytes bytes_of(const std::string& s) { return {reinterpret_cast<const u8*>(s.data()), s.size()}; }

TEST(VsockdFuzz, SurvivesEachSeed) {
    for (const std::string& seed : fuzz::seeds()) fuzz::run_guest(bytes_of(seed));
}

TEST(VsockdFuzz, SurvivesRandomChangesOfTheSeeds) {
    const std::vector<std::string> seeds = fuzz::seeds();
    std::mt19937 random(6);
    for (int round = 0; round < 300; round++) {
        std::string input;
        for (int i = 0; i < 4; i++) input += seeds[random() % seeds.size()];
        for (u32 changes = random() % 12; changes; changes--)
            input[random() % input.size()] = static_cast<char>(random());
        fuzz::run_guest(bytes_of(input));
    }
}

}  // namespace
