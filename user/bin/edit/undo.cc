#include "undo.h"

#include <stdlib.h>
#include <string.h>

namespace edit {

namespace {
constexpr usize kMostJoined = 64;  // bytes, so that not too much is undone at once
}

void Undo::add(usize at, bool erases, TextView text) {
    forget_from(done_);
    if (open_ && join(at, erases, text)) return;
    while (size_ == kMost || (size_ > 0 && bytes_ + text.size() > kMostBytes)) forget_oldest();
    auto* copy = static_cast<char*>(malloc(text.size()));
    // The changes before one that is not noted cannot be undone either.
    if (!copy) {
        forget_from(0);
        saved_ = kNever;
        return;
    }
    memcpy(copy, text.data(), text.size());
    changes_[size_++] = {at, erases, copy, text.size()};
    bytes_ += text.size();
    done_ = size_;
    open_ = text.size() <= 4 && text[0] != '\n';
}

// What is typed behind the last text, and what is erased behind or before it, is one change with it.
bool Undo::join(usize at, bool erases, TextView text) {
    if (done_ == 0) return false;
    Change& last = changes_[done_ - 1];
    const usize size = last.size + text.size();
    const bool before = erases && at + text.size() == last.at,
               behind = erases ? at == last.at : at == last.at + last.size;
    if (erases != last.erases || (!before && !behind) || size > kMostJoined || text[0] == '\n') return false;
    auto* joined = static_cast<char*>(realloc(last.text, size));
    if (!joined) return false;
    last.text = joined;
    if (before) memmove(joined + text.size(), joined, last.size);
    memcpy(before ? joined : joined + last.size, text.data(), text.size());
    if (before) last.at = at;
    last.size = size;
    bytes_ += text.size();
    return true;
}

const Change* Undo::undo() {
    open_ = false;
    return done_ > 0 ? &changes_[--done_] : nullptr;
}

const Change* Undo::redo() {
    open_ = false;
    return done_ < size_ ? &changes_[done_++] : nullptr;
}

void Undo::saved() {
    open_ = false;
    saved_ = done_;
}

void Undo::forget_from(int first) {
    if (saved_ > first) saved_ = kNever;
    while (size_ > first) {
        bytes_ -= changes_[--size_].size;
        free(changes_[size_].text);
    }
    if (done_ > size_) done_ = size_;
}

void Undo::forget_oldest() {
    bytes_ -= changes_[0].size;
    free(changes_[0].text);
    memmove(changes_, changes_ + 1, static_cast<usize>(--size_) * sizeof *changes_);
    done_--;
    saved_ = saved_ > 0 ? saved_ - 1 : kNever;
}

}  // namespace edit
