// Text for a terminal, collected so that it gets each change of the screen in one write().
#pragma once

#include "lib/format.h"

namespace terminal {

class Output {
  public:
    constexpr explicit Output(int fd) : fd_(fd) {}
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    TextSink sink() { return {add, this}; }
    void flush();  // errors are ignored: there is no other place to report them

  private:
    static void add(void* self, const char* text, usize n);

    int fd_;
    usize used_ = 0;
    char text_[2048] = {};
};

}  // namespace terminal
