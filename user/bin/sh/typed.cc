// A line that a person types: with editing, history and completion (user/lib/line/).
#include "input.h"
#include "line/line.h"

namespace sh {

int read_typed_line(const char* prompt, char* line, int size) {
    static constinit line::Reader reader("/.sh_history");
    return reader.read(prompt, line, size);
}

}  // namespace sh
