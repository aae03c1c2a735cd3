// Characters that somebody else owns, without a zero at the end: TextView as far as it is used here. That one
// needs the C library's headers, which the user library replaces.
#pragma once

#include <concepts>

#include "lib/types.h"

class TextView {
  public:
    static constexpr usize kEnd = ~usize{0};

    constexpr TextView() = default;
    constexpr TextView(const char* text, usize size) : data_(text), size_(size) {}
    constexpr TextView(const char* text) : TextView(text, __builtin_strlen(text)) {}
    // std::string and the like.
    template <class T>
    requires requires(const T& t) {
        { t.data() } -> std::convertible_to<const char*>;
        { t.size() } -> std::convertible_to<usize>;
    }
    constexpr TextView(const T& t) : TextView(t.data(), t.size()) {}

    constexpr const char* data() const { return data_; }
    constexpr usize size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }
    constexpr const char* begin() const { return data_; }
    constexpr const char* end() const { return data_ + size_; }
    constexpr char operator[](usize i) const { return data_[i]; }  // i < size()
    constexpr char front() const { return data_[0]; }

    constexpr void remove_prefix(usize n) { *this = {data_ + n, size_ - n}; }  // n <= size()
    // The part from `from` on, of at most n characters. from <= size()
    constexpr TextView substr(usize from, usize n = kEnd) const {
        return {data_ + from, n < size_ - from ? n : size_ - from};
    }

    // Where the first c is; kEnd: nowhere.
    constexpr usize find(char c) const {
        for (usize i = 0; i < size_; i++) {
            if (data_[i] == c) return i;
        }
        return kEnd;
    }
    constexpr bool starts_with(TextView o) const { return size_ >= o.size_ && substr(0, o.size_) == o; }

    constexpr bool operator==(TextView o) const {
        if (size_ != o.size_) return false;
        for (usize i = 0; i < size_; i++) {
            if (data_[i] != o.data_[i]) return false;
        }
        return true;
    }

  private:
    const char* data_ = nullptr;
    usize size_ = 0;
};
