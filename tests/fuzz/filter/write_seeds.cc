// Writes the fuzzer's first inputs into a folder: write_seeds FOLDER.
#include <fstream>

#include "tests/fuzz/filter/filter_fuzz.h"

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    int n = 0;
    for (const std::string& seed : fuzz::seeds())
        std::ofstream(std::string(argv[1]) + "/seed" + std::to_string(n++)) << seed;
}
