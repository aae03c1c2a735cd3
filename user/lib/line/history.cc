#include "line/history.h"

#include "stdlib.h"
#include "string.h"

namespace line {

History::~History() {
    for (int i = 0; i < size_; i++) free(lines_[i]);
    free(lines_);
}

Text History::at(int i) const { return {lines_[i], strlen(lines_[i])}; }

bool History::add(Text line) {
    if (line.size == 0 || *line.start == ' ' || *line.start == '\t') return false;
    if (size_ > 0) {
        const Text last = at(size_ - 1);
        if (last.size == line.size && memcmp(last.start, line.start, line.size) == 0) return false;
    }
    if (!lines_) lines_ = static_cast<char**>(malloc(kMost * sizeof *lines_));
    auto* copy = lines_ ? static_cast<char*>(malloc(line.size + 1)) : nullptr;
    if (!copy) return false;
    memcpy(copy, line.start, line.size);
    copy[line.size] = '\0';
    if (size_ == kMost) {
        free(lines_[0]);
        memmove(lines_, lines_ + 1, --size_ * sizeof *lines_);
    }
    lines_[size_++] = copy;
    return true;
}

int History::find(Text wanted, int from, usize* position) const {
    for (int i = from; i >= 0; i--) {
        const Text line = at(i);
        for (usize p = line.size + 1; p-- > 0;) {
            if (wanted.size > line.size - p || memcmp(line.start + p, wanted.start, wanted.size) != 0)
                continue;
            *position = p;
            return i;
        }
    }
    return -1;
}

}  // namespace line
