#include "terminal/output.h"

#include "string.h"
#include "unistd.h"

namespace terminal {

void Output::add(void* self, const char* text, usize n) {
    auto& out = *static_cast<Output*>(self);
    while (n > 0) {
        if (out.used_ == sizeof out.text_) out.flush();
        const usize room = sizeof out.text_ - out.used_, part = n < room ? n : room;
        memcpy(out.text_ + out.used_, text, part);
        out.used_ += part;
        text += part;
        n -= part;
    }
}

void Output::flush() {
    for (usize at = 0; at < used_;) {
        const ssize_t n = write(fd_, text_ + at, used_ - at);
        if (n <= 0) break;
        at += static_cast<usize>(n);
    }
    used_ = 0;
}

}  // namespace terminal
