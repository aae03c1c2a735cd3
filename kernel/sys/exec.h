// exec: loads a program into a process.
#pragma once

#include <array>

#include "lib/result.h"
#include "proc/process.h"

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

// Gives p a new address space with the program at `path` and these arguments on its stack, and sets its
// registers for the program's start. If the file is a script, its interpreter is loaded: a first line
// "#!INTERPRETER ARGUMENT" puts INTERPRETER, ARGUMENT and the path in place of the first argument. p is the
// current process or one not yet started. Returns argc, which the caller must put in a0. On failure p is
// unchanged: NoEnt, NoExec, NoMem, TooBig ...
Result<i64> exec(Process& p, const char* path, Arguments& arguments);
