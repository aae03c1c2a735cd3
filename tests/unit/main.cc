// The unit tests: as gtest's own main; or
//
//   unit_tests --fail-allocations EVERY [WORD...]
//
// runs the tests whose names contain one of the words, each time with another allocation that fails (make
// alloc-failure).
#include <gtest/gtest.h>

#include <cstdlib>

#include "allocation_failure.h"

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (argc < 3 || std::string(argv[1]) != "--fail-allocations") return RUN_ALL_TESTS();
    const int every = std::atoi(argv[2]);
    return fake::fail_allocations(every > 0 ? static_cast<unsigned>(every) : 1, {argv + 3, argv + argc});
}
