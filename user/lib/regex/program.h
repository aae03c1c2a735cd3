// A regular expression as a program for a machine that is in many places at once (K. Thompson, "Regular
// expression search algorithm", 1968; R. Pike's machine also keeps where groups begin and end).
#pragma once

#include "lib/types.h"

namespace regex {

enum class Op : u8 { Char, Any, Set, Split, Jump, Save, LineStart, LineEnd, Match };

struct Step {
    Op op;
    u8 byte = 0;     // of Char
    i32 first = 0;   // where to go on, relative: Jump, Split; the number of a Set or a Save
    i32 second = 0;  // the other way of Split, which is taken if the first one fails to be longer
};

struct Set {
    u64 bits[4] = {};
    void add(u8 byte) { bits[byte / 64] |= 1ull << (byte % 64); }
    bool has(u8 byte) const { return bits[byte / 64] >> (byte % 64) & 1; }
};

// A growing array, of what memcpy() may copy.
template <typename T>
class Array {
  public:
    ~Array() { __builtin_free(items_); }
    Array() = default;
    Array(const Array&) = delete;
    Array& operator=(const Array&) = delete;

    // False: there is no memory.
    bool resize(int n) {
        if (n > room_) {
            const int room = n > 2 * room_ ? n + 8 : 2 * room_;
            void* larger = __builtin_realloc(items_, static_cast<usize>(room) * sizeof(T));
            if (!larger) return false;
            items_ = static_cast<T*>(larger);
            room_ = room;
        }
        size_ = n;
        return true;
    }
    bool add(const T& item) {
        if (!resize(size_ + 1)) return false;
        items_[size_ - 1] = item;
        return true;
    }
    int size() const { return size_; }
    T& operator[](int i) { return items_[i]; }
    const T& operator[](int i) const { return items_[i]; }
    T* data() { return items_; }

  private:
    T* items_ = nullptr;
    int size_ = 0, room_ = 0;
};

struct Program {
    Array<Step> steps;
    Array<Set> sets;
    int groups = 0;
    bool ignore_case = false, lines = false, no_groups = false;
};

// 0 or an error of regex.h.
int compile(Program& program, const char* pattern, bool extended);

// Reads a bracket expression behind its [; p is left behind its ].
int read_set(const char*& p, bool ignore_case, Set& set, bool& inverted);
bool in_class(const char* name, usize length, u8 byte, bool& known);

inline u8 lower(u8 c) { return c >= 'A' && c <= 'Z' ? static_cast<u8>(c + 32) : c; }

}  // namespace regex
