// Memory of the shell: arenas, and texts and lists that grow in them.
#pragma once

#include <stddef.h>
#include <string.h>

#include <new>

namespace sh {

// Memory that is freed together: a syntax tree when no one needs it any more, the words of a command when the
// command has ended. take() never returns null: without memory the command line is given up (fail()).
class Arena {
  public:
    struct Mark {
        struct Chunk* chunk = nullptr;
        size_t used = 0;
    };
    void* take(size_t n);  // aligned for pointers
    char* copy(const char* text, size_t n);
    char* copy(const char* text) { return copy(text, strlen(text)); }
    template <class T>
    T* make() {
        return new (take(sizeof(T))) T{};
    }

    Mark mark() const { return at_; }
    void release(Mark mark);  // frees what was taken since mark()
    void release() { release({}); }

  private:
    Mark at_;
};

// A text that grows.
class Text {
  public:
    explicit Text(Arena& arena) : arena_(arena) {}
    void add(char c);
    void add(const char* text, size_t n);
    void add(const char* text) { add(text, strlen(text)); }
    void cut(size_t size) { size_ = size; }
    size_t size() const { return size_; }
    char last() const { return size_ ? data_[size_ - 1] : '\0'; }
    char* c_str();  // valid until the next change

  private:
    void grow(size_t least);

    Arena& arena_;
    char* data_ = nullptr;
    size_t size_ = 0, room_ = 0;
};

// A list of texts with a null pointer behind the last, as execve() takes it.
struct Fields {
    explicit Fields(Arena& memory) : arena(memory) { add(nullptr), count = 0; }
    void add(char* field);

    Arena& arena;
    char** list = nullptr;
    int count = 0, room = 0;
};

}  // namespace sh
