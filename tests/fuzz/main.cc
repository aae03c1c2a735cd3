// libFuzzer with the targets of one program. The first argument names the target:
//
//   fuzz                          lists the targets
//   fuzz TARGET FILE...           runs the target with each file
//   fuzz TARGET --seeds FOLDER    writes the target's first inputs into the folder
//   fuzz TARGET -OPTION... FOLDER lets libFuzzer change the inputs of the folder (-help=1: its options)
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "tests/fuzz/target.h"

namespace {

// libFuzzer starts this program again for some of its options, without our argument.
constexpr const char* kChosen = "NX6_FUZZ_TARGET";

const fuzz::Target* chosen;

const fuzz::Target* find(const char* name) {
    for (const fuzz::Target* t : fuzz::targets()) {
        if (name && std::strcmp(t->name, name) == 0) return t;
    }
    return nullptr;
}

[[noreturn]] void list_targets() {
    for (const fuzz::Target* t : fuzz::targets()) std::printf("%s %zu\n", t->name, t->max_length);
    std::exit(0);
}

[[noreturn]] void write_seeds(const std::string& folder) {
    int n = 0;
    for (const std::string& seed : chosen->seeds())
        std::ofstream(folder + "/seed" + std::to_string(n++)) << seed;
    std::exit(0);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    // What the fakes find wrong is a finding too.
    testing::GTEST_FLAG(throw_on_failure) = true;
    if (*argc == 1) list_targets();
    chosen = find((*argv)[1]);
    if (chosen) {
        setenv(kChosen, chosen->name, 1);
        std::memmove(*argv + 1, *argv + 2, sizeof(char*) * static_cast<usize>(*argc - 1));
        (*argc)--;
    } else {
        chosen = find(std::getenv(kChosen));
    }
    if (!chosen) {
        std::fprintf(stderr, "%s: no target %s; without arguments it lists them\n", (*argv)[0], (*argv)[1]);
        std::exit(2);
    }
    if (*argc == 3 && std::strcmp((*argv)[1], "--seeds") == 0) write_seeds((*argv)[2]);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const u8* data, usize size) {
    chosen->run({data, size});
    return 0;
}
