#include "buffer.h"

#include <stdlib.h>
#include <string.h>

#include "terminal/text.h"

namespace edit {
namespace {

usize count_newlines(TextView text) {
    usize n = 0;
    for (const char c : text) n += c == '\n';
    return n;
}

}  // namespace

Buffer::~Buffer() { free(text_); }

void Buffer::move(usize to) {
    for (; cursor_ < to; cursor_++) line_ += at(cursor_) == '\n';
    for (; cursor_ > to; cursor_--) line_ -= at(cursor_ - 1) == '\n';
}

bool Buffer::insert(TextView text) {
    if (text.empty()) return true;
    if (text.size() > kMost - size() || !grow(text.size())) return false;
    move_gap(cursor_);
    memcpy(text_ + gap_, text.data(), text.size());
    gap_ += text.size();
    cursor_ += text.size();
    const usize newlines = count_newlines(text);
    line_ += newlines;
    lines_ += newlines;
    return true;
}

void Buffer::erase(usize n) {
    move_gap(cursor_);
    lines_ -= count_newlines({text_ + gap_end_, n});
    gap_end_ += n;
}

// Makes the gap large enough for n bytes. It grows with the text, so that the text is seldom copied.
bool Buffer::grow(usize n) {
    if (n <= gap_end_ - gap_) return true;
    const usize room = size() + n + size() / 4 + 4096;
    auto* text = static_cast<char*>(malloc(room));
    if (!text) return false;
    const usize behind = room_ - gap_end_;
    if (text_) {
        memcpy(text, text_, gap_);
        memcpy(text + room - behind, text_ + gap_end_, behind);
    }
    free(text_);
    text_ = text;
    gap_end_ = room - behind;
    room_ = room;
    return true;
}

void Buffer::move_gap(usize to) {
    if (to == gap_) return;
    const usize gap = gap_end_ - gap_;
    if (to < gap_)
        memmove(text_ + to + gap, text_ + to, gap_ - to);
    else
        memmove(text_ + gap_, text_ + gap_end_, to - gap_);
    gap_ = to;
    gap_end_ = to + gap;
}

TextView Buffer::text(usize from, usize to) {
    if (from < gap_ && gap_ < to) move_gap(to);
    return {text_ + (from < gap_ ? from : from + (gap_end_ - gap_)), to - from};
}

usize Buffer::line_start(usize at) const {
    while (at > 0 && this->at(at - 1) != '\n') at--;
    return at;
}

usize Buffer::line_end(usize at) const {
    while (at < size() && this->at(at) != '\n') at++;
    return at;
}

usize Buffer::lines_up(usize n) const {
    usize start = line_start(cursor_);
    while (n-- > 0) start = line_start(start - 1);
    return start;
}

// ---- characters: at most 4 bytes, copied because the gap may be between them ----

usize Buffer::copy(usize from, usize to, char* into) const {
    for (usize i = from; i < to; i++) into[i - from] = at(i);
    return to - from;
}

usize Buffer::before(usize at) const {
    char near[4];
    if (at == 0) return 0;
    const usize n = copy(at < sizeof near ? 0 : at - sizeof near, at, near);
    return at - n + terminal::character_before(near, n);
}

usize Buffer::after(usize at) const {
    char near[4];
    if (at == size()) return at;
    const usize n = copy(at, size() - at < sizeof near ? size() : at + sizeof near, near);
    return at + terminal::character_size(near, n);
}

usize Buffer::boundary(usize at) const {
    for (usize back = 1; back <= 3 && back <= at; back++) {
        if (after(at - back) > at) return at - back;
    }
    return at;
}

}  // namespace edit
