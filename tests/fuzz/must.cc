#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/target.h"

namespace fuzz {

void must(bool holds, const char* promise) {
    if (holds) return;
    std::fprintf(stderr, "fuzz: this must hold, and does not: %s\n", promise);
    std::abort();
}

}  // namespace fuzz
