#include "sys/arguments.h"

#include "abi/param.h"
#include "lib/string.h"
#include "mm/kalloc.h"
#include "mm/layout.h"
#include "mm/uaccess.h"

Result<Arguments> Arguments::create() {
    Arguments a;
    a.page_ = static_cast<char*>(mm::page_alloc());
    if (!a.page_) return Errno::NoMem;
    return a;
}

Arguments::~Arguments() {
    if (page_) mm::page_free(page_);
}

Result<> Arguments::add(const char* text) {
    const usize n = strlen(text) + 1;
    if (count_[list_] == MAXARG || n > mm::kPageSize - size_) return Errno::TooBig;
    memcpy(page_ + size_, text, n);
    size_ += n;
    count_[list_]++;
    return {};
}

Result<> Arguments::add_from_user(UserAddr text) {
    if (count_[list_] == MAXARG) return Errno::TooBig;
    const Result<usize> n = mm::copy_in_string(page_ + size_, text, mm::kPageSize - size_);
    if (n.error() == Errno::NameTooLong) return Errno::TooBig;
    if (!n.ok()) return n.error();
    size_ += n.value() + 1;
    count_[list_]++;
    return {};
}

Result<> Arguments::put_first(const char* text) {
    const usize n = strlen(text) + 1;
    if (count_[kArguments] == MAXARG || n > mm::kPageSize - size_) return Errno::TooBig;
    memmove(page_ + n, page_, size_);
    memcpy(page_, text, n);
    size_ += n;
    count_[kArguments]++;
    return {};
}

void Arguments::remove_first() {
    if (!count_[kArguments]) return;
    const usize n = strlen(page_) + 1;
    memmove(page_, page_ + n, size_ - n);
    size_ -= n;
    count_[kArguments]--;
}
