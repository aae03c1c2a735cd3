// What exec passes to a program.
#pragma once

#include <array>
#include <utility>

#include "lib/result.h"

// The strings of a program's arguments and then of its environment, copied to one page of kernel memory.
class Arguments {
  public:
    static Result<Arguments> create();  // NoMem
    Arguments(Arguments&& other) noexcept
        : page_(std::exchange(other.page_, nullptr)),
          size_(other.size_),
          count_(other.count_),
          list_(other.list_) {}
    Arguments& operator=(Arguments&& other) noexcept {
        std::swap(page_, other.page_);
        size_ = other.size_;
        count_ = other.count_;
        list_ = other.list_;
        return *this;
    }
    Arguments() = default;
    ~Arguments();

    Result<> add(const char* text);                     // TooBig: too many, or more than a page in total
    Result<> add_from_user(UserAddr text);              // also Fault
    Result<> put_first(const char* text);               // TooBig
    void remove_first();                                // of the arguments, if there is one
    void begin_environment() { list_ = kEnvironment; }  // what is added from now on
    int count() const { return count_[kArguments]; }
    int environment_count() const { return count_[kEnvironment]; }
    usize size() const { return size_; }
    const char* text() const { return page_; }

  private:
    char* page_ = nullptr;
    usize size_ = 0;
    enum List { kArguments, kEnvironment };
    std::array<int, 2> count_{};
    List list_ = kArguments;
};
