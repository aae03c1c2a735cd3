// Text for a descriptor: collected on the stack, written when it is complete or the buffer is full. So one
// printf makes one write(), lines of several processes do not mix, and no buffer holds text at fork or exit.
#pragma once

#include "lib/format.h"
#include "user.h"

template <usize kRoom>
class FileText {
  public:
    explicit FileText(int fd) : fd_(fd) {}
    FileText(const FileText&) = delete;
    FileText& operator=(const FileText&) = delete;

    TextSink sink() { return {write_to, this}; }
    int written() const { return written_; }

    void add(const char* from, usize n) {
        written_ += static_cast<int>(n);
        while (n > 0) {
            if (length_ == kRoom) flush();
            const usize part = n < kRoom - length_ ? n : kRoom - length_;
            memcpy(text_ + length_, from, part);
            length_ += part;
            from += part;
            n -= part;
        }
    }

    void flush() {
        for (usize at = 0; at < length_;) {
            const int n = ::write(fd_, text_ + at, static_cast<int>(length_ - at));
            if (n <= 0) break;  // there is no way to report it
            at += static_cast<usize>(n);
        }
        length_ = 0;
    }

  private:
    static void write_to(void* self, const char* from, usize n) {
        static_cast<FileText*>(self)->add(from, n);
    }

    int fd_;
    int written_ = 0;
    usize length_ = 0;
    char text_[kRoom];
};
