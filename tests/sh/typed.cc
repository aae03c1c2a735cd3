// In place of user/bin/sh/typed.cc, for the shell on the host, which tests run without a terminal.
#include <stdio.h>
#include <string.h>

#include "../../user/bin/sh/input.h"

namespace sh {

int read_typed_line(const char* prompt, char* line, int size) {
    fprintf(stderr, "%s", prompt);
    return fgets(line, size, stdin) ? static_cast<int>(strlen(line)) : 0;
}

}  // namespace sh
