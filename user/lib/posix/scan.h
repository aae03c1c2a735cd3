// scanf's engine: reads what a format describes from any source of bytes.
#pragma once

#include <stdarg.h>

namespace posix {

// Bytes with one byte of lookahead.
class Source {
  public:
    Source(int (*read)(void*), void* from) : read_(read), from_(from) {}
    // The next byte, or -1.
    int peek() {
        if (!known_) ahead_ = read_(from_), known_ = true;
        return ahead_;
    }
    void take() {
        peek();
        known_ = false;
        taken_++;
    }
    long taken() const { return taken_; }
    bool has_ahead() const { return known_ && ahead_ >= 0; }

  private:
    int (*read_)(void*);
    void* from_;
    int ahead_ = 0;
    bool known_ = false;
    long taken_ = 0;
};

// The number of values stored, or -1 if the source ends before the first.
int scan(Source& in, const char* format, va_list args);

}  // namespace posix
