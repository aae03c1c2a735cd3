#include "line/buffer.h"

#include "string.h"
#include "terminal/text.h"

namespace line {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_of_word(char c) {
    const char lower = c | 0x20;
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || (c & 0x80);
}

}  // namespace

void Buffer::begin(usize most) {
    size_ = cursor_ = unchanged_ = 0;
    most_ = most < kMost ? most : kMost;
}

// The beginning of the character to which the bytes on both sides of a position belong, or the position.
usize Buffer::boundary(usize position) const {
    for (usize back = 1; back <= 3 && back <= position; back++) {
        const usize start = position - back;
        if (terminal::character_size(text_ + start, size_ - start) > back) return start;
    }
    return position;
}

// Bytes that were not UTF-8 may have become a character together.
void Buffer::change(usize from) {
    from = boundary(from);
    if (from < unchanged_) unchanged_ = from;
    cursor_ = boundary(cursor_);
}

bool Buffer::set(Text text) {
    if (text.size > most_) return false;
    memcpy(text_, text.start, text.size);
    size_ = cursor_ = text.size;
    unchanged_ = 0;
    return true;
}

bool Buffer::insert(Text text) {
    if (text.size > most_ - size_) return false;
    memmove(text_ + cursor_ + text.size, text_ + cursor_, size_ - cursor_);
    memcpy(text_ + cursor_, text.start, text.size);
    const usize from = cursor_;
    cursor_ += text.size;
    size_ += text.size;
    change(from);
    return true;
}

void Buffer::erase(usize from, usize to) {
    memmove(text_ + from, text_ + to, size_ - to);
    size_ -= to - from;
    cursor_ = from;
    change(from);
}

bool Buffer::transpose() {
    const usize end = cursor_ < size_ ? after(cursor_) : cursor_;
    const usize middle = before(end), start = before(middle);
    if (start == middle) return false;
    char first[4];
    memcpy(first, text_ + start, middle - start);
    memmove(text_ + start, text_ + middle, end - middle);
    memcpy(text_ + start + (end - middle), first, middle - start);
    cursor_ = end;
    change(start);
    return true;
}

usize Buffer::before(usize position) const {
    return position > 0 ? terminal::character_before(text_, position) : 0;
}

usize Buffer::after(usize position) const {
    if (position == size_) return size_;
    return position + terminal::character_size(text_ + position, size_ - position);
}

usize Buffer::word_before(usize position) const {
    while (position > 0 && !is_of_word(text_[position - 1])) position--;
    while (position > 0 && is_of_word(text_[position - 1])) position--;
    return position;
}

usize Buffer::word_after(usize position) const {
    while (position < size_ && !is_of_word(text_[position])) position++;
    while (position < size_ && is_of_word(text_[position])) position++;
    return position;
}

usize Buffer::blanks_word_before(usize position) const {
    while (position > 0 && is_blank(text_[position - 1])) position--;
    while (position > 0 && !is_blank(text_[position - 1])) position--;
    return position;
}

}  // namespace line
