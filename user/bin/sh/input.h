// Where commands come from: a text, or the lines of a descriptor.
#pragma once

#include "memory.h"

namespace sh {

constexpr size_t kLongestLine = 4096;  // that can be typed, with its newline

class Source {
  public:
    Source(const char* text, size_t size, int first_line = 1) : line(first_line), text_(text), size_(size) {}
    explicit Source(int fd) : fd_(fd) {}

    // What begin() kept in its arena may be released after the next begin(). Lines of a descriptor are read
    // when they are needed, and never more, because commands read the same descriptor.
    void begin(Arena& arena);
    bool at_end() { return at == size_ && !more(); }
    char look(size_t ahead = 0) { return at + ahead < size_ || more() ? text_[at + ahead] : '\0'; }
    const char* text() const { return text_; }

    size_t at = 0;
    int line = 1;

  private:
    bool more();

    const char* text_ = nullptr;
    size_t size_ = 0;
    int fd_ = -1;
    Text* lines_ = nullptr;
};

// Reads a line with its newline from a descriptor, without null characters, and nothing behind it. False at
// the end of the input.
bool read_line(int fd, Text& line);
// Prints the prompt and reads a line that a person types, with its newline; the longest that fits is refused.
// Returns its length; 0 at the end of the input; -EINTR after Ctrl-C or another signal (typed.cc).
int read_typed_line(const char* prompt, char* line, int size);

// The whole file, as a text without null characters; null with errno if it cannot be read, ENOEXEC if it is
// a binary.
char* read_file(const char* path, Arena& arena, size_t& size);

}  // namespace sh
