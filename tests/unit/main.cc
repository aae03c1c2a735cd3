// The unit tests, and those of the simulator: as gtest's own main; or
//
//   unit_tests --fail-allocations EVERY [WORD...]
//
// runs the tests whose names contain one of the words, each time with another allocation that fails (make
// alloc-failure).
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "allocation_failure.h"

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (argc < 3 || std::string(argv[1]) != "--fail-allocations") return RUN_ALL_TESTS();
    const int every = std::atoi(argv[2]);
    if (every <= 0) {
        std::fprintf(stderr, "unit_tests: EVERY=%s is invalid: use 1 or more\n", argv[2]);
        return 2;
    }
    return fake::fail_allocations(static_cast<unsigned>(every), {argv + 3, argv + argc});
}
