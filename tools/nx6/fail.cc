#include "tools/nx6/fail.h"

#include <cstdio>
#include <cstdlib>

namespace nx6 {

void fail(int status, const std::string& text) {
    std::fprintf(stderr, "nx6: %s\n", text.c_str());
    std::exit(status);
}

}  // namespace nx6
